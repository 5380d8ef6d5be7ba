package dev.koi.core;

import static dev.koi.text.Nearest.insteadOf;
import static java.util.Objects.requireNonNull;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.discovery.BackendCatalog;
import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.dispatch.Options;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.BackendActivity;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.Enabled;
import dev.koi.core.status.FoundBackend;
import dev.koi.core.status.KoiStatus;
import dev.koi.core.status.ListenerStatus;
import dev.koi.core.supervise.BackendSupervisor;
import dev.koi.core.supervise.RuntimeOwners;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import java.security.CodeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
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
  private final Set<String> names = new TreeSet<>(); // of all entries
  private final List<BackendSupervisor> supervisors = new ArrayList<>();
  private final List<BackendStatus> idle = new ArrayList<>(); // entries without a supervisor
  private final List<String> problems = new ArrayList<>();
  private final List<Runnable> onListeners = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  private Koi(KoiSettings settings, BackendCatalog catalog, InstanceTable table) {
    this.timing = settings.timing();
    this.catalog = catalog;
    this.table = table;
    RuntimeOwners owners = new RuntimeOwners();
    RandomGenerator random = new Random(); // shared, so thread-safe
    problems.addAll(catalog.problems());
    if (catalog.backends().isEmpty() && problems.isEmpty()) {
      problems.add(
          "no backend is on the class path or module path; add koi-docker, for example. "
              + SettingsLoader.SHADED);
    }
    List<BackendSettings> entries = entries(settings);
    problems.forEach(problem -> log.warn(problem));
    entries.forEach(entry -> names.add(entry.name()));
    requireKnown(settings.only());
    for (BackendSettings entry : entries) {
      if (!settings.only().isEmpty() && !settings.only().contains(entry.name())) {
        continue;
      }
      Optional<RuntimeBackend> backend = catalog.find(entry.type());
      if (entry.enabled() == Enabled.FALSE) {
        idle.add(idle(entry, BackendState.DISABLED, "disabled by its configuration"));
      } else if (backend.isEmpty()) {
        idle.add(withoutBackend(entry));
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
  private List<BackendSettings> entries(KoiSettings settings) {
    List<BackendSettings> entries = new ArrayList<>(settings.backends());
    for (FoundBackend backend : catalog.backends()) {
      String name = backend.name();
      if (entries.stream().noneMatch(e -> e.type().equals(name) || e.name().equals(name))) {
        entries.add(new BackendSettings(name, Enabled.AUTO, BackendConfig.of(name, Map.of())));
        noteIfShaded(backend);
      }
    }
    return entries;
  }

  /** A jar of its own would have brought its defaults, and all registrations. */
  private void noteIfShaded(FoundBackend backend) {
    Class<?> type = catalog.find(backend.name()).orElseThrow().getClass();
    CodeSource merged = Koi.class.getProtectionDomain().getCodeSource();
    if (type.getName().startsWith("dev.koi.")
        && Objects.equals(merged, type.getProtectionDomain().getCodeSource())) {
      String where = backend.name() + " are missing in " + backend.source();
      problems.add(
          "the defaults of the backend "
              + where
              + ", and other backends may be, too. "
              + SettingsLoader.SHADED);
    }
  }

  private void requireKnown(Set<String> wanted) {
    for (String name : wanted) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "there is no backend '" + name + "'" + insteadOf(name, names));
      }
    }
  }

  private BackendStatus withoutBackend(BackendSettings entry) {
    List<String> known = catalog.backends().stream().map(FoundBackend::name).toList();
    String reason = "there is no backend '" + entry.type() + "'" + insteadOf(entry.type(), known);
    if (entry.type().equals(entry.name())) {
      reason += "; koi.backends." + entry.name() + ".type names it if the entry has another name";
    }
    if (entry.enabled() == Enabled.AUTO) { // as of a jar with defaults and a broken backend
      return idle(entry, BackendState.UNAVAILABLE, reason);
    }
    log.warn("{} is misconfigured: {}", entry.name(), reason);
    return idle(entry, BackendState.MISCONFIGURED, reason);
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
  public static KoiBuilder builder() {
    return new KoiBuilder();
  }

  /**
   * Returns the present instances, sorted by backend, name and id. Instances of a lost runtime are
   * returned as they were last seen.
   */
  public List<Instance> instances() {
    return table.instances();
  }

  /**
   * Returns the present instances with that id or container name; if there is none, those with that
   * name, such as the replicas of a Compose service. Sorted as {@link #instances}.
   */
  public List<Instance> find(String idOrName) {
    List<Instance> all = instances();
    List<Instance> exact =
        all.stream()
            .filter(i -> i.id().equals(idOrName) || i.containerName().equals(idOrName))
            .toList();
    return exact.isEmpty() ? all.stream().filter(i -> i.name().equals(idOrName)).toList() : exact;
  }

  /** Returns the status of each entry and each listener. */
  public KoiStatus status() {
    List<BackendStatus> all = new ArrayList<>(idle);
    supervisors.forEach(supervisor -> all.add(supervisor.status()));
    all.sort(Comparator.comparing(BackendStatus::name));
    return new KoiStatus(all, table.listeners(), catalog.backends(), problems);
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
    return subscription(table.subscribe(requireNonNull(listener, "listener")));
  }

  /**
   * Adds a listener with options, as {@link #subscribe(Consumer)}.
   *
   * @throws IllegalArgumentException if the options name an entry that does not exist
   */
  public Subscription subscribe(ListenerOptions options, Consumer<? super RuntimeEvent> listener) {
    Options checked = options.options();
    requireKnown(checked.backends());
    return subscription(table.subscribe(checked, requireNonNull(listener, "listener")));
  }

  private Subscription subscription(InstanceTable.Registration registration) {
    onListeners.forEach(Runnable::run);
    return () -> {
      registration.close(timing.stop());
      onListeners.forEach(Runnable::run);
    };
  }

  /** Runs the task now, and each time that a listener has been added or removed. */
  void onListenersChanged(Runnable task) {
    onListeners.add(task);
    task.run();
  }

  List<ListenerStatus> listeners() {
    return table.listeners();
  }

  BackendStatus status(String entry) {
    return Stream.concat(
            supervisors.stream().filter(s -> s.name().equals(entry)).map(s -> s.status()),
            idle.stream().filter(status -> status.name().equals(entry)))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Waits until each entry that is used has either connected and listed its instances, or failed
   * once. After that {@link #instances} is complete for each entry that {@link #status} shows as
   * connected; whether one is, only the status says. A listener may be notified of these instances
   * later; {@link RuntimeEvent.BackendSynced} tells it.
   *
   * @param patience any length; more than a year is a year
   * @return false if that took longer than {@code patience}
   */
  public boolean awaitFirstPicture(Duration patience) throws InterruptedException {
    return await(
        koi ->
            koi.status().backends().stream()
                .noneMatch(backend -> backend.state() == BackendState.CONNECTING),
        patience);
  }

  /**
   * Waits until a condition holds, as in {@code koi.await(k -> !k.find("web").isEmpty(),
   * Duration.ofSeconds(30))}. The calling thread tests it at first, and after each change of an
   * instance or of the state of an entry.
   *
   * @param condition about {@link #instances} and {@link #status}; should be quick
   * @param patience any length; more than a year is a year
   * @return false if it did not hold within {@code patience}, or before Koi was closed
   */
  public boolean await(Predicate<? super Koi> condition, Duration patience)
      throws InterruptedException {
    Duration wait = patience.compareTo(LONGEST) > 0 ? LONGEST : patience;
    long deadline = System.nanoTime() + wait.toNanos();
    boolean more = true;
    while (true) {
      long seen = table.changes();
      if (condition.test(this)) {
        return true;
      } else if (closed || !more) {
        return false;
      }
      more = table.awaitChange(seen, deadline - System.nanoTime());
    }
  }

  /** Returns whether {@link #close} was called. */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Ends everything, within {@code koi.timing.stop}. Idempotent, callable from any thread, also
   * from a listener. When it returns no listener is called any more, with the exception in {@link
   * Subscription#close}. {@link #instances} stays as it was last.
   */
  @Override
  public void close() {
    long deadline = System.nanoTime() + timing.stop().toNanos();
    closed = true;
    supervisors.forEach(BackendSupervisor::stop);
    table.close(timing.stop());
    onListeners.forEach(Runnable::run);
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
}
