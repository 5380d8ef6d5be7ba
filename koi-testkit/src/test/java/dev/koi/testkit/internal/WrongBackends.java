package dev.koi.testkit.internal;

import static java.util.Objects.requireNonNullElse;
import static java.util.stream.Collectors.toMap;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.PortProtocol;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import dev.koi.testkit.internal.BentBackend.Bend;
import dev.koi.testkit.internal.BentConnection.Bent;
import dev.koi.testkit.internal.BentConnection.BentClose;
import dev.koi.testkit.memory.InMemoryBackend;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedSelectorException;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Backends that are each wrong in one way, with the rules by which that must come out. */
final class WrongBackends {

  /**
   * One of them.
   *
   * @param rules all that fail; no other may
   * @param what is wrong
   * @param told what some failure must say of it
   */
  record Wrong(
      String rules,
      String what,
      String told,
      Supplier<RuntimeBackend> service,
      Supplier<String> name,
      Bend bend) {

    Wrong(String rules, String what, String told, Bend bend) {
      this(rules, what, told, BentBackend::new, () -> "bent", bend);
    }

    Wrong(String rules, String what, String told, Supplier<RuntimeBackend> service) {
      this(rules, what, told, service, () -> "bent", RuntimeBackend::connect);
    }

    static Wrong named(String what, String told, Supplier<String> name) {
      return new Wrong("S-2", what, told, BentBackend::new, name, RuntimeBackend::connect);
    }

    /** Whether already the kit's first walk through all methods waits in vain. */
    boolean hangsAtOnce() {
      return told.contains("did not return within") && !rules.equals("F-2");
    }

    /** Whether others would see what it does to the process. */
    boolean needsProcess() {
      return what.contains("descriptor");
    }

    @Override
    public String toString() {
      return rules + " " + what;
    }
  }

  private WrongBackends() {}

  private static WrongRun run() {
    return WrongRun.CURRENT.get();
  }

  static Stream<Wrong> all() {
    return Stream.of(
            service(), connect(), list(), find(), watch(), loss(), close(), threads(), data())
        .flatMap(List::stream);
  }

  static List<Wrong> service() {
    return List.of(
        new Wrong("S-1", "is not named in META-INF/services", "finds no", BentBackend.Unnamed::new),
        new Wrong(
            "S-1",
            "fails in its constructor",
            "no engine here",
            () -> new BentBackend.Failing("later")),
        Wrong.named("changes its name", "bent-", () -> "bent-" + count()),
        Wrong.named("takes a reserved name", "all", () -> "all"),
        Wrong.named("has a name that is no key", "In Memory", () -> "In Memory"),
        new Wrong("S-3", "keeps one entry's name for all", "kit-two", lastEntry()),
        new Wrong("D-4 S-3 W-1", "has one connection for all", "connections of two", shared()),
        new Wrong(
            "S-3 W-1", "gives each hint to one of its watches", "two connections", oneStream()));
  }

  static List<Wrong> connect() {
    return List.of(
        new Wrong(
            "C-1",
            "never returns from connect",
            "connect(kit-one) did not return within",
            (straight, config) -> {
              hang();
              return null;
            }),
        new Wrong("C-1", "returns null from connect", "returned null", (straight, config) -> null),
        new Wrong(
            "C-1",
            "throws an Error from connect",
            "connect(kit-one) threw java.lang.NoClassDefFoundError: org/acme/Client",
            (straight, config) -> {
              throw new NoClassDefFoundError("org/acme/Client");
            }),
        new Wrong(
            "C-1",
            "does not say where it is connected",
            "endpoint",
            (straight, config) ->
                new BentConnection(straight.connect(config)) {
                  @Override
                  public RuntimeInfo runtime() {
                    return new RuntimeInfo("Acme", "", "", "");
                  }
                }),
        new Wrong(
            "C-2",
            "connects when it is first asked for something",
            "connect returned a connection",
            connectsLazily()),
        new Wrong(
            "C-2",
            "does not tell absence from failure",
            "BackendUnavailableException",
            failing(BackendUnavailableException.class, IOException::new)),
        new Wrong(
            "C-2",
            "does not say where it looked",
            "kit-nowhere",
            failing(
                BackendUnavailableException.class,
                e -> new BackendUnavailableException("not running"))),
        new Wrong(
            "C-3",
            "takes a refusal for absence",
            "not to be an instance of",
            failing(IOException.class, e -> new BackendUnavailableException(e.getMessage(), e))),
        new Wrong(
            "C-4",
            "does not name the key",
            "koi.backends.kit.world",
            failing(
                IllegalArgumentException.class, e -> new IllegalArgumentException("bad value"))),
        new Wrong(
            "C-4",
            "looks at the configuration when it is connected",
            "while the runtime was lost",
            (straight, config) -> {
              straight.connect(elsewhere()).close();
              return straight.connect(config);
            }),
        new Wrong(
            "C-5",
            "leaks a thread when it fails",
            "thread \"forgotten\"",
            failing(
                Exception.class,
                e -> {
                  leakThread();
                  return e;
                })),
        new Wrong(
            "C-5",
            "leaks a descriptor when it fails",
            "/status",
            failing(
                Exception.class,
                e -> {
                  leakDescriptor();
                  return e;
                })));
  }

  static List<Wrong> list() {
    return List.of(
        new Wrong("L-1", "returns null for a list", "returned null", lists(list -> null)),
        new Wrong(
            "L-1",
            "overflows the stack",
            "listInstances() threw java.lang.StackOverflowError",
            lists(
                list -> {
                  throw new StackOverflowError();
                })),
        new Wrong(
            "L-1",
            "leaves out what is paused",
            "kit-world-",
            lists(list -> list.stream().filter(it -> it.state() != InstanceState.PAUSED).toList())),
        new Wrong(
            "L-1",
            "leaves out what waits for its restart",
            "waits for its restart",
            lists(
                list ->
                    list.stream().filter(it -> it.state() != InstanceState.RESTARTING).toList())),
        new Wrong(
            "L-1",
            "lists the first page of 500",
            "missing from a list of 1001",
            lists(list -> list.stream().limit(500).toList())),
        new Wrong("L-1", "lists what has stopped", "present", remembersTheStopped()),
        new Wrong(
            "L-1",
            "invents an instance",
            "ghost",
            lists(list -> plus(list, it -> copy(it, it.backend(), "ghost").build()))),
        new Wrong("L-2 W-3", "lists from a cache", "after a stop", cached()),
        new Wrong("L-2 W-3", "is one list behind", "after a stop", oneBehind()),
        new Wrong(
            "L-3", "has an empty list when the runtime is lost", "after the loss", emptyWhenLost()),
        new Wrong("L-4", "lists null", "null", lists(list -> plus(list, it -> null))),
        new Wrong("L-4", "lists an id twice", "duplicate", lists(list -> plus(list, it -> it))),
        new Wrong("L-4", "has a list that can be changed", "ArrayList", lists(ArrayList::new)),
        new Wrong("L-4", "has a list that changes by itself", "before a stop", liveList()));
  }

  static List<Wrong> find() {
    return List.of(
        new Wrong("F-1", "returns null from find", "returned null", finds((id, it) -> null)),
        new Wrong(
            "F-1",
            "finds what is there, and supports no other id",
            "for the empty id, threw no",
            finds(
                (id, it) -> {
                  if (it.isEmpty()) {
                    throw new UnsupportedOperationException("no such id");
                  }
                  return it;
                })),
        new Wrong(
            "D-2 F-1",
            "finds without labels",
            "labels",
            finds((id, it) -> it.map(found -> copy(found).labels(Map.of()).build()))),
        new Wrong("D-2 D-5 F-1", "finds from a cache", "when it was found before", findsCached()),
        new Wrong(
            "F-1 F-2 W-3",
            "throws for an unknown id",
            "404",
            finds(
                (id, it) -> {
                  if (it.isEmpty()) {
                    throw new IOException("404 no such instance");
                  }
                  return it;
                })),
        new Wrong(
            "F-2",
            "hangs for an odd id",
            "findInstance(\"../..\") did not return within",
            finds(
                (id, it) -> {
                  if (id.contains("/")) {
                    hang();
                  }
                  return it;
                })),
        new Wrong("F-2", "finds by name", "findInstance(\"kit-", findsByName()),
        new Wrong(
            "F-2",
            "finds nothing when the runtime is lost",
            "after the loss",
            findsNothingWhenLost()));
  }

  static List<Wrong> watch() {
    return List.of(
        new Wrong(
            "W-1",
            "returns null from watch",
            "watch() returned null",
            connection(bend -> bend.watch(it -> null))),
        new Wrong(
            "W-1",
            "waits in watch for the first event",
            "watch() did not return within",
            connection(
                bend ->
                    bend.watch(
                        it -> {
                          hang();
                          return it.watch();
                        }))),
        new Wrong(
            "W-1 W-5", "subscribes in the first take", "watch() had just returned", lazyWatch()),
        new Wrong("W-1", "is live a little later", "watch() had just returned", lateWatch()),
        new Wrong(
            "W-2 W-3 W-5",
            "tells of no stop",
            "was stopped",
            hints((it, hint) -> it.findInstance(hint.id()).isPresent())),
        new Wrong("S-3 W-1 W-2 W-3 W-5", "tells of no start", "was started", noStarts()),
        new Wrong("W-2 W-3", "gives one hint for two quick changes", "when it had", debounced()),
        new Wrong("W-2", "tells of no pause", "was paused", unnoticed(Instance::state)),
        new Wrong("W-2", "tells of no health", "became unhealthy", unnoticed(Instance::health)),
        new Wrong(
            "W-2 W-5",
            "compares two lists",
            "compares two lists",
            polls(50, (before, now) -> !now.equals(before))),
        new Wrong("W-2", "tells of no new name", "was renamed", unnoticed(Instance::name)),
        new Wrong("W-2", "tells of no new label", "got a label", unnoticed(Instance::labels)),
        new Wrong(
            "W-2", "tells of no new address", "got another address", unnoticed(Instance::networks)),
        new Wrong("W-2", "tells of no restart", "was restarted", unnoticed(Instance::startedAt)),
        new Wrong(
            "W-3", "applies an event when it has told it", "it was gone", toldBeforeApplied()),
        new Wrong("W-4", "returns null from take", "take() returned null", takes(straight -> null)),
        new Wrong(
            "W-4",
            "ends take on a time-out",
            "SocketTimeoutException",
            takes(
                straight -> {
                  throw new SocketTimeoutException("Read timed out");
                })),
        new Wrong(
            "W-4",
            "ticks seven times a second",
            "two a second are allowed",
            polls(140, (before, now) -> true)),
        new Wrong(
            "W-4",
            "polls without rest",
            "two a second are allowed",
            polls(1, (before, now) -> true)),
        new Wrong("W-3 W-5", "forgets every tenth event", "before the first take()", forgetful()),
        new Wrong("W-5", "keeps the first nine events", "before the first take()", smallQueue()),
        new Wrong("W-5", "forgets what comes after everything", "while many hints", clearsLate()),
        new Wrong("W-8", "can be watched twice", "a second watch()", watchableTwice()));
  }

  static List<Wrong> loss() {
    return List.of(
        new Wrong("W-6 W-7", "does not notice a loss", "the loss of the runtime", deaf(0)),
        new Wrong("W-6", "drops the loss if its queue is full", "unread hints", dropsTheEnd()),
        new Wrong("W-6", "tells a loss once", "take() did not return", deaf(1)),
        new Wrong("W-7", "reconnects in silence", "neither threw nor gave everything()", heals()));
  }

  static List<Wrong> close() {
    return List.of(
        new Wrong("X-1", "hangs in close", "close() did not return within", closes(it -> hang())),
        new Wrong(
            "X-1",
            "cannot be closed twice",
            "already closed",
            closes(
                it -> {
                  if (run().kept.putIfAbsent("closed " + System.identityHashCode(it), it) != null) {
                    throw new IllegalStateException("already closed");
                  }
                  it.close();
                })),
        new Wrong("X-1", "needs for close the lock of a list", "close() did not return", locked()),
        new Wrong(
            "X-2", "does not release take by the connection's close", "connection", deafToClose()),
        new Wrong("X-2", "does not release take by the watch's close", "watch", watchDeafToClose()),
        new Wrong(
            "X-2 X-4 X-5",
            "ends take by an unchecked exception",
            "ClosedSelectorException",
            takes(
                straight -> {
                  try {
                    return straight.take();
                  } catch (IOException e) {
                    if (e.getMessage().endsWith("closed")) {
                      throw new ClosedSelectorException();
                    }
                    throw e;
                  }
                })),
        new Wrong(
            "X-3",
            "leaves a thread behind",
            "thread \"forgotten\"",
            closes(
                it -> {
                  leakThread();
                  it.close();
                })),
        new Wrong(
            "X-3",
            "leaves a descriptor behind",
            "/status",
            closes(
                it -> {
                  leakDescriptor();
                  it.close();
                })),
        new Wrong("X-4", "lists after close", "listInstances() after close()", listsAfterClose()),
        new Wrong("X-4", "blocks in take after close", "take() did not return", blocksAfterClose()),
        new Wrong("W-8 X-5", "closes the connection with the watch", "is closed", closesAll()));
  }

  static List<Wrong> threads() {
    return List.of(
        new Wrong("T-1", "cannot find during a take", "findInstance(", findsBetweenTakes()),
        new Wrong(
            "S-3 T-1 W-1", "cannot list during a take", "listInstances() did", listsBetweenTakes()),
        new Wrong("T-1", "mixes up two finds", "while other threads", mixesFinds()),
        new Wrong(
            "T-2",
            "ignores interrupts in take",
            "did not end within",
            takes(WrongBackends::uninterruptibly)),
        new Wrong(
            "T-2",
            "loses the interrupt of a take",
            "told, or kept",
            takes(
                straight -> {
                  try {
                    return straight.take();
                  } catch (InterruptedException e) {
                    throw new IOException("interrupted");
                  }
                })),
        new Wrong(
            "T-2",
            "loses the interrupt of a list",
            "listInstances()",
            lists(
                list -> {
                  if (Thread.interrupted()) {
                    throw new IOException("interrupted");
                  }
                  return list;
                })),
        new Wrong("T-2", "cannot be interrupted while it lists", "frozen runtime", stubborn()));
  }

  static List<Wrong> data() {
    return List.of(
        new Wrong(
            "D-1",
            "hides an instance that has the name of another",
            "of one name",
            instancesOnce()),
        new Wrong(
            "D-2",
            "keeps the labels of the first look",
            "kit.plain",
            instances(it -> copy(it).labels(first(it, "labels", it.labels())).build())),
        new Wrong(
            "D-2",
            "keeps the addresses of the first look",
            "networks() after",
            instances(it -> copy(it).networks(first(it, "networks", it.networks())).build())),
        new Wrong("D-1 D-5", "gives a restarted instance another id", "after a restart", newIds()),
        new Wrong(
            "D-2",
            "forgets UDP",
            "udp",
            instances(
                it ->
                    copy(it)
                        .ports(
                            it.ports().stream()
                                .filter(port -> port.protocol() != PortProtocol.UDP)
                                .toList())
                        .build())),
        new Wrong(
            "D-2",
            "knows one address of a port",
            "127.0.0.2",
            instances(
                it ->
                    copy(it)
                        .ports(
                            it.ports().stream()
                                .collect(
                                    toMap(
                                        port -> port.protocol() + ":" + port.containerPort(),
                                        port -> port,
                                        (one, other) ->
                                            one.hostIp().equals("127.0.0.1") ? one : other))
                                .values())
                        .build())),
        new Wrong(
            "D-2",
            "knows no exposed ports",
            "exposedPorts()",
            instances(it -> copy(it).exposedPorts(List.of()).build())),
        new Wrong(
            "D-2",
            "knows no health",
            "health()",
            instances(it -> copy(it).health(Health.NONE).build())),
        new Wrong(
            "D-2",
            "calls what waits for its restart running",
            "RESTARTING",
            instances(
                it ->
                    it.state() == InstanceState.RESTARTING
                        ? copy(it).state(InstanceState.RUNNING).build()
                        : it)),
        new Wrong(
            "D-2",
            "knows one network",
            "-b",
            instances(it -> copy(it).networks(it.networks().stream().limit(1).toList()).build())),
        new Wrong(
            "D-2",
            "has one address for all networks",
            "10.9.0.2",
            instances(
                it ->
                    copy(it)
                        .networks(
                            it.networks().stream()
                                .map(net -> Network.of(net.name(), List.of("10.9.0.2")))
                                .toList())
                        .build())),
        new Wrong(
            "D-2",
            "splits labels at commas",
            "kit.quotes",
            instances(
                it -> {
                  Map<String, String> labels = new HashMap<>(it.labels());
                  labels.replaceAll((key, value) -> value.split(",", 2)[0]);
                  return copy(it).labels(labels).build();
                })),
        new Wrong(
            "D-2",
            "calls a paused instance running",
            "PAUSED",
            instances(it -> copy(it).state(InstanceState.RUNNING).build())),
        new Wrong(
            "D-3",
            "tells the environment as a label",
            "canary-",
            instances(it -> withLabel(it, "secret", secret()))),
        new Wrong(
            "D-3",
            "logs the environment",
            "logs and output",
            lists(
                list -> {
                  Logger.getLogger("bent").fine(secret());
                  return list;
                })),
        new Wrong(
            "D-3",
            "tells the environment when the runtime is lost",
            "an exception after the loss",
            connection(
                bend ->
                    bend.list(
                        it -> {
                          try {
                            return it.listInstances();
                          } catch (IOException e) {
                            throw new IOException(e.getMessage(), new IOException(secret()));
                          }
                        }))),
        new Wrong(
            "D-4 S-3",
            "calls every entry by its own name",
            "bent",
            instances(it -> copy(it, "bent", it.id()).build())),
        new Wrong(
            "D-5",
            "tells when an instance was created",
            "startedAt() after a restart",
            instances(it -> copy(it).startedAt(Instant.EPOCH).build())),
        new Wrong("D-6", "shows who looks", "labels", showsWhoLooks()),
        new Wrong(
            "D-6 F-1",
            "counts the start back from an age in seconds",
            "started_at",
            instances(
                it -> {
                  Instant now = Instant.now();
                  long age = Duration.between(it.startedAt().orElseThrow(), now).toSeconds();
                  return copy(it).startedAt(now.minusSeconds(age)).build();
                })));
  }

  // ---- bends of one method

  private interface Found {
    Optional<Instance> of(String id, Optional<Instance> straight)
        throws IOException, InterruptedException;
  }

  private interface Passed {
    boolean is(RuntimeConnection connection, ChangeHint.OneInstance hint)
        throws IOException, InterruptedException;
  }

  private interface Failed<E> {
    Exception with(E thrown) throws IOException;
  }

  /** Makes a bend of the correct connection; what it keeps, it keeps for each connection. */
  private static Bend connection(UnaryOperator<BentConnection> bent) {
    return (straight, config) -> bent.apply(new BentConnection(straight.connect(config)));
  }

  private static <E extends Exception> Bend failing(Class<E> type, Failed<E> bent) {
    return (straight, config) -> {
      try {
        return straight.connect(config);
      } catch (IOException | IllegalArgumentException e) {
        Exception thrown = type.isInstance(e) ? bent.with(type.cast(e)) : e;
        if (thrown instanceof IOException checked) {
          throw checked;
        }
        throw (RuntimeException) thrown;
      }
    };
  }

  private static Bend lists(Bent<List<Instance>, List<Instance>> bent) {
    return connection(bend -> bend.list(it -> bent.of(it.listInstances())));
  }

  private static Bend finds(Found bent) {
    return connection(bend -> bend.find((it, id) -> bent.of(id, it.findInstance(id))));
  }

  /** Bends what both list and find show. */
  private static Bend instances(Bent<Instance, Instance> bent) {
    return connection(bend -> bendInstances(bend, bent));
  }

  private static BentConnection bendInstances(BentConnection bend, Bent<Instance, Instance> bent) {
    Bent<RuntimeConnection, List<Instance>> bentList =
        it -> {
          List<Instance> list = new ArrayList<>();
          for (Instance instance : it.listInstances()) {
            list.add(bent.of(instance));
          }
          return List.copyOf(list);
        };
    return bend.list(bentList)
        .find((it, id) -> bentList.of(it).stream().filter(one -> one.id().equals(id)).findFirst());
  }

  private interface Watched {
    InstanceWatch of(RuntimeConnection connection, InstanceWatch straight)
        throws IOException, InterruptedException;
  }

  private static Bend watches(Watched bent) {
    return connection(bend -> bend.watch(it -> bent.of(it, it.watch())));
  }

  private static Bend takes(Bent<InstanceWatch, ChangeHint> bent) {
    return connection(bend -> bend.take(bent));
  }

  /** Hands out only those hints. */
  private static Bend hints(Passed passed) {
    return hintsSince(connection -> passed);
  }

  private interface Filter {
    Passed begin(RuntimeConnection connection) throws IOException, InterruptedException;
  }

  /** Hands out only those hints, by a filter that begins with the watch. */
  private static Bend hintsSince(Filter filter) {
    return watches(
        (connection, it) -> {
          Passed passed = filter.begin(connection);
          return new BentWatch(it)
              .take(
                  straight -> {
                    ChangeHint hint = straight.take();
                    while (hint instanceof ChangeHint.OneInstance one
                        && !passed.is(connection, one)) {
                      hint = straight.take();
                    }
                    return hint;
                  });
        });
  }

  private static Bend closes(BentClose bent) {
    return connection(bend -> bend.close(bent));
  }

  // ---- bends of more than one method

  private static Bend connectsLazily() {
    return (straight, config) -> {
      try {
        return straight.connect(config);
      } catch (BackendUnavailableException e) {
        return straight.connect(elsewhere());
      }
    };
  }

  private static Bend shared() {
    return (straight, config) -> {
      RuntimeConnection open = (RuntimeConnection) run().kept.get(world());
      if (open == null) {
        String key = world();
        open =
            new BentConnection(straight.connect(config))
                .close(
                    it -> {
                      run().kept.remove(key);
                      it.close();
                    });
        run().kept.put(key, open);
      }
      return open;
    };
  }

  private static Bend lastEntry() {
    return (straight, config) -> {
      run().kept.put("entry", config.name());
      return bendInstances(
          new BentConnection(straight.connect(config)),
          it -> copy(it, (String) run().kept.get("entry"), it.id()).build());
    };
  }

  private static Bend oneStream() {
    return hints(
        (it, hint) ->
            run()
                    .kept
                    .putIfAbsent(
                        world() + hint.id() + it.findInstance(hint.id()).map(WrongBackends::phase),
                        hint)
                == null);
  }

  private static Bend noStarts() {
    return hints(
        (it, hint) ->
            it.findInstance(hint.id()).isEmpty()
                || run().kept.putIfAbsent(world() + hint.id(), hint) != null);
  }

  private static Bend cached() {
    return connection(
        bend -> {
          AtomicReference<List<Instance>> cache = new AtomicReference<>();
          return bend.list(
              it -> {
                cache.compareAndSet(null, it.listInstances());
                return cache.get();
              });
        });
  }

  private static Bend oneBehind() {
    return connection(
        bend -> {
          AtomicReference<List<Instance>> previous = new AtomicReference<>();
          return bend.list(
              it -> {
                List<Instance> list = it.listInstances();
                return requireNonNullElse(previous.getAndSet(list), list);
              });
        });
  }

  private static Bend liveList() {
    return connection(
        bend -> {
          AtomicReference<List<Instance>> latest = new AtomicReference<>();
          return bend.list(
              it -> {
                latest.set(it.listInstances());
                return new AbstractList<>() {
                  @Override
                  public Instance get(int index) {
                    return latest.get().get(index);
                  }

                  @Override
                  public int size() {
                    return latest.get().size();
                  }
                };
              });
        });
  }

  /** Fills the gaps in the world's numbers. */
  private static Bend remembersTheStopped() {
    return lists(
        list -> {
          List<Instance> longer = new ArrayList<>(list);
          if (!list.isEmpty()) {
            Instance last = list.get(list.size() - 1);
            String number = last.id().substring(last.id().length() - 8);
            for (int i = 1; i < Integer.parseInt(number, 16); i++) {
              String id = last.id().replace(number, "%08x".formatted(i));
              if (list.stream().noneMatch(it -> it.id().equals(id))) {
                longer.add(copy(last, last.backend(), id).state(InstanceState.STOPPED).build());
              }
            }
          }
          return List.copyOf(longer);
        });
  }

  private static Bend emptyWhenLost() {
    return connection(
        bend -> bend.list(it -> orIfLost(RuntimeConnection::listInstances, it, List.of())));
  }

  private static Bend findsNothingWhenLost() {
    return connection(
        bend ->
            bend.find(
                (it, id) -> orIfLost(c -> c.findInstance(id), it, Optional.<Instance>empty())));
  }

  private static <T> T orIfLost(Bent<RuntimeConnection, T> call, RuntimeConnection it, T answer)
      throws IOException, InterruptedException {
    try {
      return call.of(it);
    } catch (IOException e) {
      if (e.getMessage().endsWith("closed")) {
        throw e;
      }
      return answer;
    }
  }

  private static Bend findsByName() {
    return connection(
        bend ->
            bend.find(
                (it, id) ->
                    it.listInstances().stream()
                        .filter(one -> one.id().equals(id) || one.containerName().equals(id))
                        .findFirst()));
  }

  private static Bend lazyWatch() {
    return connection(
        bend -> {
          AtomicBoolean asked = new AtomicBoolean();
          return bend.watch(
              it -> {
                it.listInstances(); // fails where watch would
                if (asked.getAndSet(true)) {
                  throw new IllegalStateException("watched already");
                }
                return new LazyWatch(it);
              });
        });
  }

  private static final class LazyWatch implements InstanceWatch {
    private final RuntimeConnection connection;
    private volatile InstanceWatch subscribed;
    private volatile boolean closed;

    LazyWatch(RuntimeConnection connection) {
      this.connection = connection;
    }

    @Override
    public ChangeHint take() throws IOException, InterruptedException {
      if (closed) {
        throw new IOException("closed");
      }
      if (subscribed == null) {
        subscribed = connection.watch();
      }
      return subscribed.take();
    }

    @Override
    public void close() {
      closed = true;
      if (subscribed != null) {
        subscribed.close();
      }
    }
  }

  /** Loses what is taken in the first moments. */
  private static Bend lateWatch() {
    return hintsSince(
        connection -> {
          long live = System.nanoTime() + run().quiet().multipliedBy(4).dividedBy(5).toNanos();
          return (it, hint) -> System.nanoTime() > live;
        });
  }

  /** Hands out no hint for an instance of which that differs from when the watch began. */
  private static Bend unnoticed(Function<Instance, Object> fact) {
    return hintsSince(
        connection -> {
          Map<String, Object> before = new HashMap<>();
          for (Instance instance : connection.listInstances()) {
            before.put(instance.id(), fact.apply(instance));
          }
          return (it, hint) -> {
            Object now = it.findInstance(hint.id()).map(fact).orElse(null);
            return now == null || now.equals(before.getOrDefault(hint.id(), now));
          };
        });
  }

  /** Shows an instance that is new when the watch is read on. */
  private static Bend toldBeforeApplied() {
    return connection(
        bend -> {
          Set<String> told = ConcurrentHashMap.newKeySet();
          return bend.list(
                  it ->
                      it.listInstances().stream().filter(one -> !told.contains(one.id())).toList())
              .find((it, id) -> it.findInstance(id).filter(one -> !told.contains(id)))
              .take(
                  it -> {
                    told.clear();
                    ChangeHint hint = it.take();
                    told.add(((ChangeHint.OneInstance) hint).id());
                    return hint;
                  });
        });
  }

  /** Lists again and again in place of waiting for a hint, until something has changed. */
  private static Bend polls(long millis, BiPredicate<List<Instance>, List<Instance>> changed) {
    return watches(
        (connection, it) -> {
          AtomicBoolean closed = new AtomicBoolean();
          AtomicReference<List<Instance>> before =
              new AtomicReference<>(connection.listInstances());
          return new BentWatch(it)
              .take(
                  straight -> {
                    while (true) {
                      Thread.sleep(millis);
                      List<Instance> now = requireOpen(closed, connection).listInstances();
                      if (changed.test(before.getAndSet(now), now)) {
                        return ChangeHint.everything();
                      }
                    }
                  })
              .close(
                  () -> {
                    closed.set(true);
                    it.close();
                  });
        });
  }

  /** Hands out no second hint for an id within a while of the first. */
  private static Bend debounced() {
    return hintsSince(
        connection -> {
          Map<ChangeHint, Long> last = new HashMap<>();
          return (it, hint) -> {
            long now = System.nanoTime();
            if (now - last.getOrDefault(hint, now - 1_000_000_000) <= 500_000_000) {
              return false;
            }
            last.put(hint, now);
            return true;
          };
        });
  }

  private static Bend forgetful() {
    return hintsSince(
        connection -> {
          AtomicInteger taken = new AtomicInteger();
          return (it, hint) -> taken.incrementAndGet() % 10 > 0;
        });
  }

  /** A watch whose hints a thread moves into a queue of its own. */
  private static class Pumped extends BentWatch {
    final BlockingQueue<Object> queue;

    Pumped(InstanceWatch straight, BlockingQueue<Object> queue) {
      super(straight);
      this.queue = queue;
    }

    final Pumped start() {
      new Thread(this::pump).start();
      return this;
    }

    private void pump() {
      try {
        while (true) {
          put(straight.take());
        }
      } catch (IOException | InterruptedException e) {
        end(e);
      }
    }

    void put(ChangeHint hint) {
      queue.offer(hint);
    }

    void end(Exception reason) {
      queue.clear();
      queue.offer(reason);
    }

    @Override
    public ChangeHint take() throws IOException, InterruptedException {
      Object next = queue.take();
      if (next instanceof ChangeHint hint) {
        return hint;
      }
      queue.add(next);
      throw new IOException((Exception) next);
    }
  }

  /** A queue that drops what does not fit. */
  private static Bend smallQueue() {
    return watches((connection, it) -> new Pumped(it, new ArrayBlockingQueue<>(9)).start());
  }

  /** A queue of nine with everything() for the rest, which drops the end if it is full. */
  private static Bend dropsTheEnd() {
    return watches(
        (connection, it) ->
            new Pumped(it, new ArrayBlockingQueue<>(9)) {
              private volatile boolean missed;

              @Override
              void put(ChangeHint hint) {
                if (!queue.offer(hint)) {
                  missed = true;
                }
              }

              @Override
              void end(Exception reason) {
                queue.offer(reason);
              }

              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                if (missed) {
                  missed = false;
                  return ChangeHint.everything();
                }
                return super.take();
              }

              @Override
              public void close() {
                queue.clear();
                super.close();
              }
            }.start());
  }

  /** A queue with everything() from ten hints on, cleared only in the take after that. */
  private static Bend clearsLate() {
    return watches(
        (connection, it) -> {
          LinkedBlockingDeque<Object> hints = new LinkedBlockingDeque<>();
          return new Pumped(it, hints) {
            private boolean full;

            @Override
            public ChangeHint take() throws IOException, InterruptedException {
              if (full) {
                for (int i = 0; i < 3000 && !isOfOnePresent(hints.peekLast()); i++) {
                  Thread.sleep(1); // until a change that came meanwhile is here
                }
                hints.removeIf(next -> next instanceof ChangeHint);
              }
              full = hints.size() > 9;
              return full ? ChangeHint.everything() : super.take();
            }

            private boolean isOfOnePresent(Object hint) throws IOException, InterruptedException {
              return hint instanceof ChangeHint.OneInstance one
                  && connection.findInstance(one.id()).isPresent();
            }
          }.start();
        });
  }

  private static Bend findsCached() {
    return connection(
        bend -> {
          Map<String, Instance> cache = new ConcurrentHashMap<>();
          return bend.find(
                  (it, id) -> {
                    it.findInstance(id).ifPresent(one -> cache.putIfAbsent(id, one));
                    return Optional.ofNullable(cache.get(id));
                  })
              .take(
                  it -> {
                    ChangeHint hint = it.take();
                    cache.clear();
                    return hint;
                  });
        });
  }

  private static Bend mixesFinds() {
    return connection(
        bend -> {
          AtomicReference<String> asked = new AtomicReference<>();
          return bend.find(
              (it, id) -> {
                asked.set(id);
                LockSupport.parkNanos(2_000_000);
                return it.findInstance(asked.get());
              });
        });
  }

  private static Bend watchableTwice() {
    return (straight, config) ->
        new BentConnection(straight.connect(config))
            .watch(
                it -> {
                  try {
                    return it.watch();
                  } catch (IllegalStateException e) {
                    return new InMemoryBackend().connect(config).watch();
                  }
                });
  }

  /** Throws for a loss that often, and then says nothing more. */
  private static Bend deaf(int times) {
    return watches(
        (connection, it) -> {
          AtomicInteger thrown = new AtomicInteger();
          return new BentWatch(it)
              .take(
                  straight -> {
                    try {
                      return straight.take();
                    } catch (IOException e) {
                      if (thrown.getAndIncrement() < times || e.getMessage().endsWith("closed")) {
                        throw e;
                      }
                      hang();
                      return null;
                    }
                  });
        });
  }

  private static Bend heals() {
    return (straight, config) ->
        new BentConnection(straight.connect(config)).watch(it -> new Healing(it.watch(), config));
  }

  /** A watch that connects again after a loss, for two seconds. */
  private static final class Healing extends BentWatch {
    private final BackendConfig config;
    private InstanceWatch current = straight;
    private boolean gaveUp;

    Healing(InstanceWatch straight, BackendConfig config) {
      super(straight);
      this.config = config;
    }

    @Override
    public ChangeHint take() throws IOException, InterruptedException {
      while (true) {
        try {
          return current.take();
        } catch (IOException e) {
          if (gaveUp || e.getMessage().endsWith("closed")) {
            throw e;
          }
          reconnect();
        }
      }
    }

    private void reconnect() throws InterruptedException {
      long end = System.nanoTime() + 2_000_000_000;
      while (System.nanoTime() < end) {
        try {
          current = new InMemoryBackend().connect(config).watch();
          return;
        } catch (IOException e) {
          LockSupport.parkNanos(1_000_000);
        }
      }
      gaveUp = true;
    }
  }

  private static Bend locked() {
    return connection(
        bend -> {
          ReentrantLock lock = new ReentrantLock();
          return bend.list(it -> holding(lock, it::listInstances))
              .close(
                  it -> {
                    lock.lock();
                    try {
                      it.close();
                    } finally {
                      lock.unlock();
                    }
                  });
        });
  }

  private static <T> T requireOpen(AtomicBoolean closed, T it) throws IOException {
    if (closed.get()) {
      throw new IOException("closed");
    }
    return it;
  }

  /** Knows that it is closed, and closes nothing. */
  private static Bend deafToClose() {
    return connection(
        bend -> {
          AtomicBoolean closed = new AtomicBoolean();
          return bend.list(it -> requireOpen(closed, it).listInstances())
              .find((it, id) -> requireOpen(closed, it).findInstance(id))
              .watch(
                  it ->
                      new BentWatch(requireOpen(closed, it).watch())
                          .take(straight -> requireOpen(closed, straight).take()))
              .close(it -> closed.set(true));
        });
  }

  private static Bend watchDeafToClose() {
    return watches(
        (connection, it) -> {
          AtomicBoolean closed = new AtomicBoolean();
          return new BentWatch(it)
              .take(straight -> requireOpen(closed, straight).take())
              .close(() -> closed.set(true));
        });
  }

  private static Bend listsAfterClose() {
    return connection(
        bend -> {
          AtomicBoolean closed = new AtomicBoolean();
          AtomicReference<InstanceWatch> watch = new AtomicReference<>();
          return bend.find((it, id) -> requireOpen(closed, it).findInstance(id))
              .watch(
                  it -> {
                    watch.set(requireOpen(closed, it).watch());
                    return watch.get();
                  })
              .close(
                  it -> {
                    closed.set(true);
                    if (watch.get() != null) {
                      watch.get().close();
                    }
                  });
        });
  }

  private static Bend blocksAfterClose() {
    return connection(
        bend -> {
          AtomicBoolean closed = new AtomicBoolean();
          return bend.take(
                  it -> {
                    if (closed.get()) {
                      hang();
                    }
                    return it.take();
                  })
              .close(
                  it -> {
                    closed.set(true);
                    it.close();
                  });
        });
  }

  private static Bend closesAll() {
    return watches(
        (connection, it) ->
            new BentWatch(it)
                .close(
                    () -> {
                      it.close();
                      connection.close();
                    }));
  }

  private static Bend findsBetweenTakes() {
    return connection(
        bend -> {
          ReentrantLock lock = new ReentrantLock();
          return bend.find((it, id) -> holding(lock, () -> it.findInstance(id)))
              .take(it -> holding(lock, it::take));
        });
  }

  /** A list that comes right after the watch waits for the first take, so that it meets it. */
  private static Bend listsBetweenTakes() {
    return connection(
        bend -> {
          ReentrantLock lock = new ReentrantLock();
          CountDownLatch taking = new CountDownLatch(1);
          AtomicBoolean watching = new AtomicBoolean();
          return bend.watch(
                  it -> {
                    watching.set(true);
                    return it.watch();
                  })
              .list(
                  it -> {
                    if (watching.get()) {
                      taking.await(200, TimeUnit.MILLISECONDS);
                    }
                    return holding(lock, it::listInstances);
                  })
              .take(
                  it ->
                      holding(
                          lock,
                          () -> {
                            taking.countDown();
                            return it.take();
                          }));
        });
  }

  private interface Call<T> {
    T make() throws IOException, InterruptedException;
  }

  private static <T> T holding(ReentrantLock lock, Call<T> call)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      return call.make();
    } finally {
      lock.unlock();
    }
  }

  private static ChangeHint uninterruptibly(InstanceWatch straight) throws IOException {
    while (true) {
      try {
        return straight.take();
      } catch (InterruptedException e) {
        // the mistake
      }
    }
  }

  private static Bend stubborn() {
    return connection(
        bend ->
            bend.list(
                it -> {
                  boolean interrupted = false;
                  while (true) {
                    try {
                      List<Instance> list = it.listInstances();
                      if (interrupted) {
                        Thread.currentThread().interrupt();
                      }
                      return list;
                    } catch (InterruptedException e) {
                      interrupted = true;
                    }
                  }
                }));
  }

  private static Bend newIds() {
    return instances(
        it -> {
          Object first = run().kept.putIfAbsent(world() + it.id(), it.startedAt());
          return first == null || first.equals(it.startedAt())
              ? it
              : copy(it, it.backend(), it.id() + "-again").build();
        });
  }

  private static Bend instancesOnce() {
    return lists(
        list -> {
          Set<String> names = new HashSet<>();
          return list.stream().filter(it -> names.add(it.containerName())).toList();
        });
  }

  /** Returns what was given here first for that instance. */
  @SuppressWarnings("unchecked")
  private static <T> T first(Instance instance, String fact, T now) {
    Object kept = run().kept.putIfAbsent(world() + instance.id() + fact, now);
    return kept == null ? now : (T) kept;
  }

  private static Bend showsWhoLooks() {
    return connection(
        bend ->
            bendInstances(bend, it -> withLabel(it, "looker", "" + System.identityHashCode(bend))));
  }

  // ---- what they are made of

  private static int count() {
    return (int) run().kept.merge("count", 1, (one, other) -> (int) one + (int) other);
  }

  private static Object phase(Instance instance) {
    return List.of(instance.state(), instance.containerName(), instance.startedAt());
  }

  private static BackendConfig elsewhere() {
    return BackendConfig.of("elsewhere", Map.of("world", run().world));
  }

  /** Returns a key that is another for each claim. */
  private static String world() {
    return "world " + run().fixtures.get() + " ";
  }

  private static Instance.Builder copy(Instance instance) {
    return copy(instance, instance.backend(), instance.id());
  }

  private static Instance.Builder copy(Instance instance, String backend, String id) {
    return Instance.builder(backend, id, instance.containerName())
        .image(instance.image().orElse(null))
        .state(instance.state())
        .health(instance.health())
        .ports(instance.ports())
        .exposedPorts(instance.exposedPorts())
        .networks(instance.networks())
        .labels(instance.labels())
        .startedAt(instance.startedAt().orElse(null))
        .discoveredAt(instance.discoveredAt());
  }

  private static Instance withLabel(Instance instance, String key, String value) {
    Map<String, String> labels = new HashMap<>(instance.labels());
    labels.put(key, value);
    return copy(instance).labels(labels).build();
  }

  /** Returns that list and one more, unless it is empty. */
  private static List<Instance> plus(List<Instance> list, UnaryOperator<Instance> another) {
    if (list.isEmpty()) {
      return list;
    }
    List<Instance> longer = new ArrayList<>(list);
    longer.add(another.apply(list.get(0)));
    return Collections.unmodifiableList(longer);
  }

  private static String secret() {
    return (String) run().kept.getOrDefault("secret", "no secret yet");
  }

  private static void hang() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private static void leakThread() {
    CountDownLatch end = new CountDownLatch(1);
    run().leaked.add(end::countDown);
    Thread thread =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "forgotten");
    thread.setDaemon(true);
    thread.start();
  }

  private static void leakDescriptor() throws IOException {
    run().leaked.add(new FileInputStream("/proc/self/status"));
  }
}
