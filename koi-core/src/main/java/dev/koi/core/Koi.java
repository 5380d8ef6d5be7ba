package dev.koi.core;

import static java.util.Objects.requireNonNull;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import dev.koi.Instance;
import dev.koi.Nearest;
import dev.koi.RuntimeEvent;
import dev.koi.core.discovery.BackendCatalog;
import dev.koi.core.discovery.DiscoveredBackend;
import dev.koi.core.dispatch.Dispatcher;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.Enabled;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.BackendActivity;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.KoiStatus;
import dev.koi.core.supervise.BackendSupervisor;
import dev.koi.core.supervise.Claims;
import dev.koi.core.table.InstanceTable;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Watches container runtimes, keeps one picture of what runs, and tells every listener exactly what
 * changed.
 *
 * <pre>{@code
 * try (Koi koi = Koi.start()) {
 *   koi.subscribe(event -> System.out.println(event));
 *   ...
 * }
 * }</pre>
 *
 * <p>Thread-safe. It has threads of its own, all daemons, and no static state: several in one JVM
 * know nothing of each other.
 */
public final class Koi implements AutoCloseable {

  private final Timing timing;
  private final BackendCatalog catalog;
  private final InstanceTable table;
  private final Dispatcher dispatcher;
  private final List<BackendSupervisor> supervisors = new ArrayList<>();
  private final List<BackendStatus> idle = new ArrayList<>(); // entries without a supervisor

  Koi(
      KoiSettings settings,
      BackendCatalog catalog,
      InstanceTable table,
      Dispatcher dispatcher,
      RandomGenerator random) {
    this.timing = settings.timing();
    this.catalog = catalog;
    this.table = table;
    this.dispatcher = dispatcher;
    Claims claims = new Claims();
    List<BackendSettings> entries = entries(settings, catalog);
    requireKnown(settings.only(), entries);
    for (BackendSettings entry : entries) {
      if (!settings.only().isEmpty() && !settings.only().contains(entry.name())) {
        continue;
      }
      Optional<DiscoveredBackend> backend = catalog.find(entry.type());
      if (entry.enabled() == Enabled.FALSE) {
        idle.add(idle(entry, BackendState.DISABLED, "disabled by its configuration"));
      } else if (backend.isEmpty()) {
        idle.add(idle(entry, BackendState.MISCONFIGURED, noSuchBackend(entry.type())));
      } else {
        supervisors.add(
            new BackendSupervisor(entry, backend.get().backend(), timing, table, claims, random));
      }
    }
  }

  /** Returns the configured entries, and one for each backend that no entry mentions. */
  private static List<BackendSettings> entries(KoiSettings settings, BackendCatalog catalog) {
    List<BackendSettings> entries = new ArrayList<>(settings.backends());
    for (DiscoveredBackend backend : catalog.backends()) {
      String name = backend.name();
      if (entries.stream().noneMatch(e -> e.type().equals(name) || e.name().equals(name))) {
        entries.add(new BackendSettings(name, Enabled.AUTO, BackendConfig.of(name, Map.of())));
      }
    }
    return entries;
  }

  private static void requireKnown(Set<String> names, List<BackendSettings> entries) {
    Set<String> known = new TreeSet<>();
    entries.forEach(entry -> known.add(entry.name()));
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "there is no backend '" + name + "'" + insteadOf(name, known));
      }
    }
  }

  private String noSuchBackend(String type) {
    List<String> known = catalog.backends().stream().map(DiscoveredBackend::name).toList();
    return "there is no backend '" + type + "' on the class path" + insteadOf(type, known);
  }

  private static String insteadOf(String name, Collection<String> known) {
    return "; there are: "
        + String.join(", ", known)
        + Nearest.to(name, known).map(near -> "; did you mean '" + near + "'?").orElse("");
  }

  private static BackendStatus idle(BackendSettings entry, BackendState state, String reason) {
    return new BackendStatus(
        entry.name(),
        entry.type(),
        entry.enabled(),
        state,
        Instant.now(),
        reason,
        Optional.empty(),
        Optional.empty(),
        0,
        BackendActivity.NONE);
  }

  /**
   * Starts with the defaults: every backend on the class path, each used if its runtime is there.
   * Returns at once; runtimes are connected in the background.
   */
  public static Koi start() {
    return builder().start();
  }

  /** Returns a builder, for anything but the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  void begin() {
    try {
      supervisors.forEach(BackendSupervisor::start);
    } catch (Throwable e) { // as without threads; nobody else could close what has begun
      close();
      throw e;
    }
  }

  /**
   * Returns what is present now, sorted by backend, name and id. Instances of a runtime out of
   * sight are shown as they were last seen.
   */
  public List<Instance> instances() {
    return table.instances();
  }

  /** Returns how it stands with each backend and each listener. */
  public KoiStatus status() {
    List<BackendStatus> all = new ArrayList<>(idle);
    supervisors.forEach(supervisor -> all.add(supervisor.status()));
    all.sort(Comparator.comparing(BackendStatus::name));
    return new KoiStatus(
        all, dispatcher.status(), List.copyOf(catalog.backends()), catalog.problems());
  }

  /**
   * Adds a listener. It first hears the present picture as Started events, then every change; no
   * change is lost or told twice between the two. It is called by one thread of its own, one event
   * at a time, and may block, throw, and call anything here: nobody else waits for it. Once Koi is
   * closed a listener hears nothing.
   */
  public Subscription subscribe(Consumer<? super RuntimeEvent> listener) {
    Dispatcher.Handle handle = table.subscribe(requireNonNull(listener, "listener"));
    return () -> handle.close(timing.stop());
  }

  /**
   * Waits until each enabled backend has either shown its instances or failed once.
   *
   * @return false if that took longer than {@code patience}
   */
  public boolean awaitFirstLook(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (BackendSupervisor supervisor : supervisors) {
      if (!supervisor.awaitFirstLook(Duration.ofNanos(deadline - System.nanoTime()))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Ends everything, within {@code koi.timing.stop}. Idempotent, callable from any thread, also
   * from a listener. When it returns no listener is called any more, with the exception that {@link
   * Subscription#close} names.
   */
  @Override
  public void close() {
    long deadline = System.nanoTime() + timing.stop().toNanos();
    supervisors.forEach(BackendSupervisor::stop);
    dispatcher.close(timing.stop());
    boolean interrupted = Thread.interrupted();
    try {
      for (BackendSupervisor supervisor : supervisors) {
        supervisor.awaitEnd(deadline);
      }
    } catch (InterruptedException e) {
      interrupted = true; // all have been told to end
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Collects what a {@link Koi} is made of. Not safe for use by several threads. */
  public static final class Builder {
    private final List<RuntimeBackend> backends = new ArrayList<>();
    private ClassLoader loader = Koi.class.getClassLoader();
    private KoiSettings settings; // null: the defaults

    private Builder() {}

    /** Sets the configuration; the defaults of the jars on the class path unless set. */
    public Builder settings(KoiSettings settings) {
      this.settings = requireNonNull(settings, "settings");
      return this;
    }

    /** Adds a backend that need not be registered on the class path. */
    public Builder backend(RuntimeBackend backend) {
      backends.add(requireNonNull(backend, "backend"));
      return this;
    }

    /** Sets whose class path is searched for backends and defaults; Koi's own unless set. */
    public Builder classLoader(ClassLoader loader) {
      this.loader = requireNonNull(loader, "loader");
      return this;
    }

    /**
     * Starts. Returns at once; runtimes are connected in the background.
     *
     * @throws IllegalArgumentException if the settings name an entry that there is not, or if none
     *     were given and the defaults on the class path are broken
     */
    public Koi start() {
      KoiSettings used =
          settings == null ? SettingsLoader.load(Optional.empty(), Map.of(), loader) : settings;
      try {
        return Guice.createInjector(Stage.PRODUCTION, new KoiModule(used, backends, loader))
            .getInstance(Koi.class);
      } catch (CreationException | ProvisionException e) {
        throw e.getCause() instanceof IllegalArgumentException cause ? cause : e;
      }
    }
  }
}
