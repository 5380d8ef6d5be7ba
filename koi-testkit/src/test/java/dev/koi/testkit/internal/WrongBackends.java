package dev.koi.testkit.internal;

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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
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
            onConnection(
                it ->
                    new BentConnection(it) {
                      @Override
                      public InstanceWatch watch() {
                        return null;
                      }
                    })),
        new Wrong(
            "W-1",
            "waits in watch for the first event",
            "watch() did not return within",
            onConnection(
                it ->
                    new BentConnection(it) {
                      @Override
                      public InstanceWatch watch() throws IOException, InterruptedException {
                        hang();
                        return super.watch();
                      }
                    })),
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
        new Wrong("W-2 W-5", "compares two lists", "compares two lists", comparesLists()),
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
        new Wrong("W-4", "ticks seven times a second", "two a second are allowed", ticking(140)),
        new Wrong("W-4", "polls without rest", "two a second are allowed", ticking(1)),
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
        new Wrong(
            "X-1",
            "hangs in close",
            "close() did not return within",
            closes(
                it -> {
                  hang();
                  return null;
                })),
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
                  return null;
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
                  return null;
                })),
        new Wrong(
            "X-3",
            "leaves a descriptor behind",
            "/status",
            closes(
                it -> {
                  leakDescriptor();
                  it.close();
                  return null;
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
            onConnection(
                it ->
                    new BentConnection(it) {
                      @Override
                      public List<Instance> listInstances()
                          throws IOException, InterruptedException {
                        try {
                          return super.listInstances();
                        } catch (IOException e) {
                          throw new IOException(e.getMessage(), new IOException(secret()));
                        }
                      }
                    })),
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

  private interface Bent<A, B> {
    B of(A straight) throws IOException, InterruptedException;
  }

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

  private static Bend onConnection(UnaryOperator<RuntimeConnection> bent) {
    return (straight, config) -> bent.apply(straight.connect(config));
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
    return onConnection(
        it ->
            new BentConnection(it) {
              @Override
              public List<Instance> listInstances() throws IOException, InterruptedException {
                return bent.of(super.listInstances());
              }
            });
  }

  private static Bend finds(Found bent) {
    return onConnection(
        it ->
            new BentConnection(it) {
              @Override
              public Optional<Instance> findInstance(String id)
                  throws IOException, InterruptedException {
                return bent.of(id, super.findInstance(id));
              }
            });
  }

  /** Bends what both list and find show. */
  private static Bend instances(Bent<Instance, Instance> bent) {
    return onConnection(it -> bentInstances(it, bent));
  }

  private static RuntimeConnection bentInstances(
      RuntimeConnection straight, Bent<Instance, Instance> bent) {
    return new BentConnection(straight) {
      @Override
      public List<Instance> listInstances() throws IOException, InterruptedException {
        List<Instance> list = new ArrayList<>();
        for (Instance instance : super.listInstances()) {
          list.add(bent.of(instance));
        }
        return List.copyOf(list);
      }

      @Override
      public Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
        return listInstances().stream().filter(it -> it.id().equals(id)).findFirst();
      }
    };
  }

  private interface Watched {
    InstanceWatch of(RuntimeConnection connection, InstanceWatch straight)
        throws IOException, InterruptedException;
  }

  private static Bend watches(Watched bent) {
    return onConnection(
        it ->
            new BentConnection(it) {
              @Override
              public InstanceWatch watch() throws IOException, InterruptedException {
                return bent.of(straight, super.watch());
              }
            });
  }

  private static Bend takes(Bent<InstanceWatch, ChangeHint> bent) {
    return watches(
        (connection, it) ->
            new BentWatch(it) {
              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                return bent.of(straight);
              }
            });
  }

  /** Hands out only those hints. */
  private static Bend hints(Passed passed) {
    return watches(
        (connection, it) ->
            new BentWatch(it) {
              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                while (true) {
                  ChangeHint hint = straight.take();
                  if (!(hint instanceof ChangeHint.OneInstance one) || passed.is(connection, one)) {
                    return hint;
                  }
                }
              }
            });
  }

  private static Bend closes(Bent<RuntimeConnection, Void> bent) {
    return onConnection(
        it ->
            new BentConnection(it) {
              @Override
              public void close() {
                try {
                  bent.of(straight);
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
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
        open =
            new BentConnection(straight.connect(config)) {
              @Override
              public void close() {
                run().kept.values().remove(this);
                super.close();
              }
            };
        run().kept.put(world(), open);
      }
      return open;
    };
  }

  private static Bend lastEntry() {
    return (straight, config) -> {
      run().kept.put("entry", config.name());
      return bentInstances(
          straight.connect(config),
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
    return onConnection(
        it ->
            new BentConnection(it) {
              private List<Instance> cache;

              @Override
              public synchronized List<Instance> listInstances()
                  throws IOException, InterruptedException {
                List<Instance> list = super.listInstances();
                cache = cache == null ? list : cache;
                return cache;
              }
            });
  }

  private static Bend oneBehind() {
    return onConnection(
        it ->
            new BentConnection(it) {
              private List<Instance> previous;

              @Override
              public synchronized List<Instance> listInstances()
                  throws IOException, InterruptedException {
                List<Instance> list = super.listInstances();
                List<Instance> answer = previous == null ? list : previous;
                previous = list;
                return answer;
              }
            });
  }

  private static Bend liveList() {
    return onConnection(
        it ->
            new BentConnection(it) {
              private volatile List<Instance> latest;

              @Override
              public List<Instance> listInstances() throws IOException, InterruptedException {
                latest = super.listInstances();
                return new AbstractList<>() {
                  @Override
                  public Instance get(int index) {
                    return latest.get(index);
                  }

                  @Override
                  public int size() {
                    return latest.size();
                  }
                };
              }
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
    return onConnection(
        it ->
            new BentConnection(it) {
              @Override
              public List<Instance> listInstances() throws IOException, InterruptedException {
                try {
                  return super.listInstances();
                } catch (IOException e) {
                  return orIfLost(e, List.of());
                }
              }
            });
  }

  private static Bend findsNothingWhenLost() {
    return onConnection(
        it ->
            new BentConnection(it) {
              @Override
              public Optional<Instance> findInstance(String id)
                  throws IOException, InterruptedException {
                try {
                  return super.findInstance(id);
                } catch (IOException e) {
                  return orIfLost(e, Optional.empty());
                }
              }
            });
  }

  private static <T> T orIfLost(IOException thrown, T answer) throws IOException {
    if (thrown.getMessage().endsWith("closed")) {
      throw thrown;
    }
    return answer;
  }

  private static Bend findsByName() {
    return onConnection(
        it ->
            new BentConnection(it) {
              @Override
              public Optional<Instance> findInstance(String id)
                  throws IOException, InterruptedException {
                return super.listInstances().stream()
                    .filter(one -> one.id().equals(id) || one.containerName().equals(id))
                    .findFirst();
              }
            });
  }

  private static Bend lazyWatch() {
    return onConnection(
        it ->
            new BentConnection(it) {
              private final AtomicInteger asked = new AtomicInteger();

              @Override
              public InstanceWatch watch() throws IOException, InterruptedException {
                listInstances(); // fails where watch would
                if (asked.incrementAndGet() > 1) {
                  throw new IllegalStateException("watched already");
                }
                return new LazyWatch(straight);
              }
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
    return watches(
        (connection, it) ->
            new BentWatch(it) {
              private final long live =
                  System.nanoTime() + run().quiet().multipliedBy(4).dividedBy(5).toNanos();

              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                while (true) {
                  ChangeHint hint = super.take();
                  if (System.nanoTime() > live) {
                    return hint;
                  }
                }
              }
            });
  }

  /** Hands out no hint for an instance of which that differs from when the watch began. */
  private static Bend unnoticed(Function<Instance, Object> fact) {
    return watches(
        (connection, it) -> {
          Map<String, Object> before = new HashMap<>();
          for (Instance instance : connection.listInstances()) {
            before.put(instance.id(), fact.apply(instance));
          }
          return new BentWatch(it) {
            @Override
            public ChangeHint take() throws IOException, InterruptedException {
              while (true) {
                ChangeHint hint = super.take();
                String id = ((ChangeHint.OneInstance) hint).id();
                Object now = connection.findInstance(id).map(fact).orElse(null);
                if (now == null || now.equals(before.getOrDefault(id, now))) {
                  return hint;
                }
              }
            }
          };
        });
  }

  /** Shows an instance that is new when the watch is read on. */
  private static Bend toldBeforeApplied() {
    return onConnection(
        it ->
            new BentConnection(it) {
              private final Set<String> told = ConcurrentHashMap.newKeySet();

              @Override
              public List<Instance> listInstances() throws IOException, InterruptedException {
                return super.listInstances().stream()
                    .filter(one -> !told.contains(one.id()))
                    .toList();
              }

              @Override
              public Optional<Instance> findInstance(String id)
                  throws IOException, InterruptedException {
                return super.findInstance(id).filter(one -> !told.contains(id));
              }

              @Override
              public InstanceWatch watch() throws IOException, InterruptedException {
                return new BentWatch(super.watch()) {
                  @Override
                  public ChangeHint take() throws IOException, InterruptedException {
                    told.clear();
                    ChangeHint hint = super.take();
                    told.add(((ChangeHint.OneInstance) hint).id());
                    return hint;
                  }
                };
              }
            });
  }

  /** A watch that sleeps in place of waiting for a hint, until it is closed. */
  private static class PausingWatch extends BentWatch {
    private volatile boolean closed;

    PausingWatch(InstanceWatch straight) {
      super(straight);
    }

    void pause(long millis) throws IOException, InterruptedException {
      Thread.sleep(millis);
      if (closed) {
        throw new IOException("closed");
      }
    }

    @Override
    public void close() {
      closed = true;
      super.close();
    }
  }

  private static Bend ticking(long millis) {
    return watches(
        (connection, it) ->
            new PausingWatch(it) {
              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                pause(millis);
                connection.listInstances(); // fails after a loss
                return ChangeHint.everything();
              }
            });
  }

  private static Bend comparesLists() {
    return watches(
        (connection, it) ->
            new PausingWatch(it) {
              private final List<Instance> before = new ArrayList<>(connection.listInstances());

              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                while (true) {
                  pause(50);
                  List<Instance> now = connection.listInstances();
                  boolean changed = !now.equals(before);
                  before.clear();
                  before.addAll(now);
                  if (changed) {
                    return ChangeHint.everything();
                  }
                }
              }
            });
  }

  /** Hands out no second hint for an id within a while of the first. */
  private static Bend debounced() {
    return watches(
        (connection, it) ->
            new BentWatch(it) {
              private final Map<ChangeHint, Long> last = new HashMap<>();

              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                while (true) {
                  ChangeHint hint = super.take();
                  long now = System.nanoTime();
                  if (now - last.getOrDefault(hint, now - 1_000_000_000) > 500_000_000) {
                    last.put(hint, now);
                    return hint;
                  }
                }
              }
            });
  }

  private static Bend forgetful() {
    return watches(
        (connection, it) ->
            new BentWatch(it) {
              private int taken;

              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                ChangeHint hint = super.take();
                return ++taken % 10 == 0 ? super.take() : hint;
              }
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
        (connection, it) ->
            new Pumped(it, new LinkedBlockingQueue<>()) {
              private boolean full;
              private int size;

              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                if (full) {
                  for (int i = 0; i < 3000 && queue.size() == size; i++) {
                    Thread.sleep(1); // until a change that came meanwhile is here
                  }
                  queue.removeIf(next -> next instanceof ChangeHint);
                }
                size = queue.size();
                full = size > 9;
                return full ? ChangeHint.everything() : super.take();
              }
            }.start());
  }

  private static Bend findsCached() {
    return onConnection(
        it ->
            new BentConnection(it) {
              private final Map<String, Instance> cache = new ConcurrentHashMap<>();

              @Override
              public Optional<Instance> findInstance(String id)
                  throws IOException, InterruptedException {
                Optional<Instance> found = super.findInstance(id);
                found.ifPresent(one -> cache.putIfAbsent(id, one));
                return Optional.ofNullable(cache.get(id));
              }

              @Override
              public InstanceWatch watch() throws IOException, InterruptedException {
                return new BentWatch(super.watch()) {
                  @Override
                  public ChangeHint take() throws IOException, InterruptedException {
                    ChangeHint hint = super.take();
                    cache.clear();
                    return hint;
                  }
                };
              }
            });
  }

  private static Bend mixesFinds() {
    return onConnection(
        it ->
            new BentConnection(it) {
              private volatile String asked;

              @Override
              public Optional<Instance> findInstance(String id)
                  throws IOException, InterruptedException {
                asked = id;
                LockSupport.parkNanos(2_000_000);
                return super.findInstance(asked);
              }
            });
  }

  private static Bend watchableTwice() {
    return (straight, config) ->
        new BentConnection(straight.connect(config)) {
          @Override
          public InstanceWatch watch() throws IOException, InterruptedException {
            try {
              return super.watch();
            } catch (IllegalStateException e) {
              return new InMemoryBackend().connect(config).watch();
            }
          }
        };
  }

  /** Throws for a loss that often, and then says nothing more. */
  private static Bend deaf(int times) {
    return watches(
        (connection, it) ->
            new BentWatch(it) {
              private int thrown;

              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                try {
                  return super.take();
                } catch (IOException e) {
                  if (thrown++ < times || e.getMessage().endsWith("closed")) {
                    throw e;
                  }
                  hang();
                  return null;
                }
              }
            });
  }

  private static Bend heals() {
    return (straight, config) ->
        new BentConnection(straight.connect(config)) {
          @Override
          public InstanceWatch watch() throws IOException, InterruptedException {
            return new BentWatch(super.watch()) {
              private InstanceWatch current = straight;
              private boolean gaveUp;

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
            };
          }
        };
  }

  private static Bend locked() {
    return onConnection(
        it ->
            new BentConnection(it) {
              @Override
              public synchronized List<Instance> listInstances()
                  throws IOException, InterruptedException {
                return super.listInstances();
              }

              @Override
              public synchronized void close() {
                super.close();
              }
            });
  }

  /** A connection that knows that it is closed, and closes nothing. */
  private static class Closable extends BentConnection {
    volatile boolean closed;

    Closable(RuntimeConnection straight) {
      super(straight);
    }

    void requireOpen() throws IOException {
      if (closed) {
        throw new IOException("closed");
      }
    }

    @Override
    public List<Instance> listInstances() throws IOException, InterruptedException {
      requireOpen();
      return super.listInstances();
    }

    @Override
    public Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
      requireOpen();
      return super.findInstance(id);
    }

    @Override
    public InstanceWatch watch() throws IOException, InterruptedException {
      requireOpen();
      return new BentWatch(super.watch()) {
        @Override
        public ChangeHint take() throws IOException, InterruptedException {
          requireOpen();
          return super.take();
        }
      };
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static Bend deafToClose() {
    return onConnection(Closable::new);
  }

  private static Bend watchDeafToClose() {
    return watches(
        (connection, it) ->
            new BentWatch(it) {
              private volatile boolean closed;

              @Override
              public ChangeHint take() throws IOException, InterruptedException {
                if (closed) {
                  throw new IOException("closed");
                }
                return super.take();
              }

              @Override
              public void close() {
                closed = true;
              }
            });
  }

  private static Bend listsAfterClose() {
    return onConnection(
        it ->
            new Closable(it) {
              private volatile InstanceWatch watch;

              @Override
              public List<Instance> listInstances() throws IOException, InterruptedException {
                return straight.listInstances();
              }

              @Override
              public InstanceWatch watch() throws IOException, InterruptedException {
                watch = super.watch();
                return watch;
              }

              @Override
              public void close() {
                super.close();
                if (watch != null) {
                  watch.close();
                }
              }
            });
  }

  private static Bend blocksAfterClose() {
    return onConnection(
        it ->
            new BentConnection(it) {
              private volatile boolean closed;

              @Override
              public InstanceWatch watch() throws IOException, InterruptedException {
                return new BentWatch(super.watch()) {
                  @Override
                  public ChangeHint take() throws IOException, InterruptedException {
                    if (closed) {
                      hang();
                    }
                    return super.take();
                  }
                };
              }

              @Override
              public void close() {
                closed = true;
                super.close();
              }
            });
  }

  private static Bend closesAll() {
    return watches(
        (connection, it) ->
            new BentWatch(it) {
              @Override
              public void close() {
                super.close();
                connection.close();
              }
            });
  }

  private static Bend findsBetweenTakes() {
    return onConnection(
        it ->
            new OneAtATime(it) {
              @Override
              public Optional<Instance> findInstance(String id)
                  throws IOException, InterruptedException {
                return alone(() -> super.findInstance(id));
              }
            });
  }

  private static Bend listsBetweenTakes() {
    return onConnection(
        it ->
            new OneAtATime(it) {
              @Override
              public List<Instance> listInstances() throws IOException, InterruptedException {
                return alone(super::listInstances);
              }
            });
  }

  /** A connection with a lock that take holds while it waits. */
  private static class OneAtATime extends BentConnection {
    private final ReentrantLock lock = new ReentrantLock();

    interface Call<T> {
      T make() throws IOException, InterruptedException;
    }

    OneAtATime(RuntimeConnection straight) {
      super(straight);
    }

    <T> T alone(Call<T> call) throws IOException, InterruptedException {
      lock.lockInterruptibly();
      try {
        return call.make();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public InstanceWatch watch() throws IOException, InterruptedException {
      return new BentWatch(super.watch()) {
        @Override
        public ChangeHint take() throws IOException, InterruptedException {
          return alone(super::take);
        }
      };
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
    return onConnection(
        it ->
            new BentConnection(it) {
              @Override
              public List<Instance> listInstances() throws IOException {
                boolean interrupted = false;
                while (true) {
                  try {
                    List<Instance> list = super.listInstances();
                    if (interrupted) {
                      Thread.currentThread().interrupt();
                    }
                    return list;
                  } catch (InterruptedException e) {
                    interrupted = true;
                  }
                }
              }
            });
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
    return onConnection(
        connection ->
            bentInstances(
                connection,
                it -> withLabel(it, "looker", "" + System.identityHashCode(connection))));
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
