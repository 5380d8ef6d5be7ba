package dev.koi.announce;

import static java.util.Objects.requireNonNull;

import dev.koi.Instance;
import dev.koi.announce.health.HealthChecks;
import dev.koi.announce.health.HealthTarget;
import dev.koi.core.Koi;
import dev.koi.core.ListenerOptions;
import dev.koi.core.Subscription;
import dev.koi.core.settings.AnnounceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Announces the instances of a {@link Koi}. After each change of an instance, an interface or a
 * health check, one thread decides anew what to announce, and gives that to the announcer by
 * multicast DNS and to the hosts file.
 */
public final class Announcer implements Announcements, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger("dev.koi.announce");

  /** How long the first decision waits for slow runtimes, so that names are given in order. */
  private static final Duration FIRST_PICTURE = Duration.ofSeconds(5);

  /** How often the interfaces are looked at, and a hosts file that could not be written. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  /** The shortest time between two decisions: many events cost no more than a few. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Problems that pass sooner are not logged. */
  private static final Duration MOMENT = Duration.ofSeconds(2);

  private final Koi koi;
  private final AnnounceSettings settings;
  private final Supplier<List<HostInterface>> interfaces;
  private final MdnsAnnouncer mdns;
  private final Optional<HostsFile> hostsFile;
  private final HealthChecks checks;
  private final Thread thread;
  private final Subscription subscription;
  private final Semaphore changes = new Semaphore(1); // the first decision
  private volatile boolean closed;
  private volatile List<Decision> decisions = List.of();
  private volatile Map<Announcement.Key, Instance> asking = Map.of();
  private volatile List<HostInterface> used = List.of();
  private volatile int written;
  private volatile String fileProblem = "";

  // The thread's own:
  private final NameBook book = new NameBook(System::nanoTime);
  private final Map<String, String> endpoints = new HashMap<>(); // stay while a runtime is lost
  private String mdnsProblem = "";
  private long mdnsChanged; // by System.nanoTime
  private String logged = "";

  private Announcer(
      Koi koi,
      AnnounceSettings settings,
      Supplier<List<HostInterface>> interfaces,
      Function<Runnable, MdnsAnnouncer> mdns) {
    this.koi = requireNonNull(koi, "koi");
    this.settings = requireNonNull(settings, "settings");
    this.interfaces = requireNonNull(interfaces, "interfaces");
    this.hostsFile = settings.hostsFile().map(HostsFile::new);
    this.checks = new HealthChecks(this::changed, Clock.systemUTC());
    boolean off = settings.mdns() == AnnounceSettings.Mdns.OFF;
    this.mdns = off ? new NoMdns() : mdns.apply(this::changed);
    this.thread = new Thread(this::run, "koi-announce");
    thread.setDaemon(true);
    this.subscription = koi.subscribe(ListenerOptions.named("announce"), event -> changed());
  }

  /**
   * Starts to announce.
   *
   * @param koi to be closed after the announcer
   * @param interfaces gives the interfaces to announce on at the time of the call
   * @param mdns makes the announcer by multicast DNS, given what that has to run after a change; is
   *     not used if the settings turn it off
   */
  public static Announcer start(
      Koi koi,
      AnnounceSettings settings,
      Supplier<List<HostInterface>> interfaces,
      Function<Runnable, MdnsAnnouncer> mdns) {
    Announcer announcer = new Announcer(koi, settings, interfaces, mdns);
    announcer.thread.start();
    return announcer;
  }

  /** Has the thread decide anew. */
  private void changed() {
    changes.release();
  }

  private void run() {
    try {
      koi.awaitFirstPicture(FIRST_PICTURE);
      while (!closed) {
        changes.tryAcquire(RETRY.toNanos(), TimeUnit.NANOSECONDS);
        changes.drainPermits(); // before the look at what has changed
        try {
          decide();
        } catch (RuntimeException e) {
          log.error("the names to announce stay as they are", e);
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private void decide() {
    List<Instance> instances = koi.instances();
    rememberEndpoints();
    Map<Announcement.Key, Instance> enabled = new TreeMap<>();
    Map<Announcement.Key, HealthTarget> targets = new HashMap<>();
    for (Instance instance : instances) {
      if (instance.metadata().enable().orElse(false)) {
        Announcement.Key key = new Announcement.Key(instance.backend(), instance.id(), false);
        enabled.put(key, instance);
        HealthTarget.of(instance).ifPresent(target -> targets.put(key, target));
      }
    }
    checks.check(targets.values());
    List<HostInterface> now = interfaces.get();
    ThisHost thisHost = new ThisHost(now, hostNames(), endpoints);
    List<Decision> decided = Decisions.of(instances, settings, thisHost, this::hindrance, book);
    used = now;
    asking = enabled;
    if (!decided.equals(decisions)) {
      decisions = decided;
      mdns.announce(decided.stream().flatMap(each -> each.announcement().stream()).toList());
    }
    writeHosts(decided);
    logMdns();
  }

  private void rememberEndpoints() {
    koi.status()
        .backends()
        .forEach(
            each ->
                each.runtime()
                    .ifPresent(runtime -> endpoints.put(each.name(), runtime.endpoint())));
  }

  /** The names that no instance may get: this host's own. */
  private Set<String> hostNames() {
    Set<String> names = new HashSet<>();
    names.add(mdns.status().hostName());
    names.add(kernelName());
    for (String variable : List.of("HOSTNAME", "COMPUTERNAME")) {
      names.add(Optional.ofNullable(System.getenv(variable)).orElse(""));
    }
    Set<String> labels = new HashSet<>();
    names.forEach(name -> labels.add(name.replaceFirst("\\..*", "").toLowerCase(Locale.ROOT)));
    labels.remove("");
    return labels;
  }

  /** Java's way to get it asks DNS servers, which may take long to answer. */
  private static String kernelName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return ""; // not Linux
    }
  }

  private String hindrance(Instance instance) {
    return HealthTarget.of(instance)
        .map(target -> checks.result(target).hindrance())
        .orElse("its health check needs a published TCP port");
  }

  private void writeHosts(Collection<Decision> decided) {
    if (hostsFile.isEmpty()) {
      return;
    }
    String problem = "";
    try {
      hostsFile.get().write(decided);
      written = (int) decided.stream().filter(each -> !each.domainName().isEmpty()).count();
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
    }
    if (!problem.equals(fileProblem)) {
      log.atLevel(problem.isEmpty() ? Level.INFO : Level.WARN)
          .log(problem.isEmpty() ? "the hosts file is written again" : problem);
      fileProblem = problem;
    }
  }

  /** Logs a problem that has lasted for a moment, once, and its end. */
  private void logMdns() {
    String problem = mdns.status().problem();
    long now = System.nanoTime();
    if (!problem.equals(mdnsProblem)) {
      mdnsProblem = problem;
      mdnsChanged = now;
    } else if (!problem.equals(logged) && now - mdnsChanged > MOMENT.toNanos()) {
      logged = problem;
      log.atLevel(problem.isEmpty() ? Level.INFO : Level.WARN)
          .log(problem.isEmpty() ? "names are announced again" : problem);
    }
  }

  @Override
  public Optional<AnnounceStatus> status() {
    List<AnnouncedName> names = new ArrayList<>();
    Map<Announcement.Key, AnnouncementState> states = mdns.states();
    for (Decision decision : decisions) {
      names.add(name(decision, states.get(decision.key())));
    }
    return Optional.of(
        new AnnounceStatus(
            mdns.status(),
            used,
            hostsFile.map(file -> file.path().toString()).orElse(""),
            written,
            fileProblem,
            names));
  }

  private AnnouncedName name(Decision decision, AnnouncementState state) {
    boolean inFile = hostsFile.isPresent() && fileProblem.isEmpty();
    Announcement.Key key = decision.key();
    Instance instance = asking.get(new Announcement.Key(key.backend(), key.instance(), false));
    String health = "";
    if (instance != null) {
      health = HealthTarget.of(instance).map(t -> checks.result(t).text()).orElse("");
    }
    AnnouncementState shown = state;
    if (state == null && decision.announcement().isPresent()) {
      MdnsStatus status = mdns.status();
      shown =
          status.running()
              ? new AnnouncementState.Probing(decision.announcement().get().hostLabel())
              : new AnnouncementState.Withheld(status.problem());
    }
    return AnnouncedName.of(decision, shown, inFile ? decision.domainName() : "", health);
  }

  /** Withdraws everything, and ends. Within three seconds; idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    thread.interrupt();
    try {
      thread.join(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writeHosts(List.of());
    mdns.close();
    checks.close();
    subscription.close();
  }
}
