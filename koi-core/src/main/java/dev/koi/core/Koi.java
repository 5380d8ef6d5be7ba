package dev.koi.core;

import static java.util.Objects.requireNonNull;

import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.Enabled;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.BackendActivity;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.FoundBackend;
import dev.koi.core.status.KoiStatus;
import dev.koi.core.supervise.BackendSupervisor;
import dev.koi.core.supervise.RuntimeOwners;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.text.Nearest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches container runtimes, keeps one picture of their instances, and notifies each listener of
 * exactly what changed.
 *
 * <pre>{@code
 * try (Koi koi = Koi.start()) {
 *   koi.subscribe(event -> System.out.println(event));
 *   ...
 * }
 * }</pre>
 *
 * <p>Thread-safe. All its threads are daemons. It has no static state: several Kois in one JVM are
 * independent.
 */
public final class Koi implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("dev.koi.configuration");

  /** Longer waits end here, so that no sum of times overflows. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private final Timing timing;
  private final BackendCatalog catalog;
  private final InstanceTable table;
  private final List<BackendSupervisor> supervisors = new ArrayList<>();
  private final List<BackendStatus> idle = new ArrayList<>(); // entries without a supervisor

  private Koi(KoiSettings settings, BackendCatalog catalog, InstanceTable table) {
    this.timing = settings.timing();
    this.catalog = catalog;
    this.table = table;
    RuntimeOwners owners = new RuntimeOwners();
    RandomGenerator random = new Random(); // shared, so thread-safe
    List<BackendSettings> entries = entries(settings, catalog);
    requireKnown(settings.only(), entries);
    for (BackendSettings entry : entries) {
      if (!settings.only().isEmpty() && !settings.only().contains(entry.name())) {
        continue;
      }
      Optional<RuntimeBackend> backend = catalog.find(entry.type());
      if (entry.enabled() == Enabled.FALSE) {
        idle.add(idle(entry, BackendState.DISABLED, "disabled by its configuration"));
      } else if (backend.isEmpty()) {
        String reason = noSuchBackend(entry.type());
        log.warn("{} is misconfigured: {}", entry.name(), reason);
        idle.add(idle(entry, BackendState.MISCONFIGURED, reason));
      } else {
        supervisors.add(new BackendSupervisor(entry, backend.get(), timing, table, owners, random));
      }
    }
  }

  static Koi start(KoiSettings settings, BackendCatalog catalog, InstanceTable table) {
    Koi koi = new Koi(settings, catalog, table);
    try {
      koi.supervisors.forEach(BackendSupervisor::start);
    } catch (Throwable e) { // as without threads; nobody else could close what has begun
      koi.close();
      throw e;
    }
    return koi;
  }

  /** Returns the configured entries, and one for each backend that no entry mentions. */
  private static List<BackendSettings> entries(KoiSettings settings, BackendCatalog catalog) {
    List<BackendSettings> entries = new ArrayList<>(settings.backends());
    for (FoundBackend backend : catalog.backends()) {
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
    List<String> known = catalog.backends().stream().map(FoundBackend::name).toList();
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

  /**
   * Returns the present instances, sorted by backend, name and id. Instances of a lost runtime are
   * returned as they were last seen.
   */
  public List<Instance> instances() {
    return table.instances();
  }

  /** Returns the status of each backend and each listener. */
  public KoiStatus status() {
    List<BackendStatus> all = new ArrayList<>(idle);
    supervisors.forEach(supervisor -> all.add(supervisor.status()));
    all.sort(Comparator.comparing(BackendStatus::name));
    return new KoiStatus(all, table.listeners(), catalog.backends(), catalog.problems());
  }

  /**
   * Adds a listener. It is first notified of the present instances as Started events, and then of
   * changes. A {@link RuntimeEvent.BackendSynced} follows when it has received all instances of an
   * entry.
   *
   * <p>What is promised is the state, not the history: the listener comes to know the latest state
   * of every instance, and the end of each that it knew; nothing is delivered twice. States in
   * between may be merged, if they follow each other quickly or if the listener is slow.
   *
   * <p>A thread of its own calls it, one event at a time. It may block, throw, and call anything
   * here: nobody else waits for it. A listener that is added after {@link #close} is never called.
   */
  public Subscription subscribe(Consumer<? super RuntimeEvent> listener) {
    InstanceTable.Registration registration = table.subscribe(requireNonNull(listener, "listener"));
    return () -> registration.close(timing.stop());
  }

  /**
   * Waits for the first picture: until each enabled backend has either listed its instances or
   * failed once. A listener may be notified of these instances later.
   *
   * @param patience any length; more than a year is a year
   * @return false if that took longer than {@code patience}
   */
  public boolean awaitFirstPicture(Duration patience) throws InterruptedException {
    Duration wait = patience.compareTo(LONGEST) > 0 ? LONGEST : patience;
    long deadline = System.nanoTime() + wait.toNanos();
    for (BackendSupervisor supervisor : supervisors) {
      if (!supervisor.awaitFirstAttempt(deadline - System.nanoTime())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Ends everything, within {@code koi.timing.stop}. Idempotent, callable from any thread, also
   * from a listener. When it returns no listener is called any more, with the exception in {@link
   * Subscription#close}.
   */
  @Override
  public void close() {
    long deadline = System.nanoTime() + timing.stop().toNanos();
    supervisors.forEach(BackendSupervisor::stop);
    table.close(timing.stop());
    boolean interrupted = Thread.interrupted();
    try {
      for (BackendSupervisor supervisor : supervisors) {
        supervisor.awaitEnd(deadline);
      }
    } catch (InterruptedException e) {
      interrupted = true; // all have been asked to end
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Builds a {@link Koi}. Not thread-safe. */
  public static final class Builder {
    private final List<RuntimeBackend> backends = new ArrayList<>();
    private ClassLoader loader = Koi.class.getClassLoader();
    private KoiSettings settings; // null: the defaults

    private Builder() {}

    /** Sets the configuration. Without it, the defaults in the jars on the class path apply. */
    public Builder settings(KoiSettings settings) {
      this.settings = requireNonNull(settings, "settings");
      return this;
    }

    /** Adds a backend that is not registered on the class path. */
    public Builder backend(RuntimeBackend backend) {
      backends.add(requireNonNull(backend, "backend"));
      return this;
    }

    /** Sets the class loader that finds backends and defaults. Without it, Koi's own does. */
    public Builder classLoader(ClassLoader loader) {
      this.loader = requireNonNull(loader, "loader");
      return this;
    }

    /**
     * Starts. Returns at once; runtimes are connected in the background.
     *
     * @throws IllegalArgumentException if the settings name an entry that does not exist, or if no
     *     settings were given and the defaults on the class path are broken
     */
    public Koi start() {
      KoiSettings used =
          settings == null ? SettingsLoader.load(Optional.empty(), Map.of(), loader) : settings;
      try {
        return Guice.createInjector(new KoiModule(used, backends, loader)).getInstance(Koi.class);
      } catch (CreationException | ProvisionException e) {
        throw e.getCause() instanceof IllegalArgumentException cause ? cause : e;
      }
    }
  }
}
