package dev.koi.docker.instances;

import dev.koi.Instance;
import dev.koi.docker.dialect.SeenContainers;
import dev.koi.docker.instances.SeenInstances.Membership;
import dev.koi.docker.instances.Uninspected.Failure;
import dev.koi.docker.transport.EngineAnswer;
import dev.koi.docker.transport.EngineAnswerException;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.transport.EngineRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The present containers of one engine. The list says only which there are; each is then inspected,
 * several at a time, because rows of the list lack the start, the health and, on Podman, some
 * ports. Thread-safe.
 */
public final class Containers implements AutoCloseable {

  private static final int PARALLEL_INSPECTIONS = 8;
  private static final long MAX_INSPECTION = 32 << 20;
  private static final int SHARES = 6; // of Java's memory; one is for all containers of an engine
  private static final int MAX_NETWORK_OWNERS = 8;
  private static final String TOO_LATE = "the engine did not answer in time";

  private final EngineHttp http;
  private final EngineIdentity engine;
  private final String backend;
  private final Duration patience;
  private final Duration half; // as long as a list waits for one inspection
  private final ContainerList list;
  private final ThreadPoolExecutor inspectors;
  private final SeenInstances seen = new SeenInstances(Runtime.getRuntime().maxMemory() / SHARES);
  private final Uninspected uninspected = new Uninspected();
  private volatile boolean full; // a container was cut, for want of memory

  /**
   * Makes one.
   *
   * @param backend the name of the configuration entry
   * @param patience how long a list waits in all while no inspection ends
   */
  public Containers(EngineHttp http, EngineIdentity engine, String backend, Duration patience) {
    this.http = http;
    this.engine = engine;
    this.backend = backend;
    this.patience = patience;
    half = patience.dividedBy(2);
    list = new ContainerList(http, engine, seen);
    inspectors =
        new ThreadPoolExecutor(
            PARALLEL_INSPECTIONS,
            PARALLEL_INSPECTIONS,
            2,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            http.threads("inspect"));
    inspectors.allowCoreThreadTimeOut(true);
  }

  /** Returns of which containers something is not known, and why; empty if all is known. */
  public String limitation() {
    String limitation = uninspected.limitation();
    return full && limitation.isEmpty()
        ? "some containers are shown without labels, ports and networks, " + seen.limit()
        : limitation;
  }

  /** Returns the ids of some containers whose last inspection failed or hung. */
  public List<String> uninspected() {
    return uninspected.some();
  }

  /** Returns what was seen so far. */
  public SeenContainers seen() {
    return seen;
  }

  /** Returns all present instances. An interrupt of this thread ends all inspections. */
  public List<Instance> list() throws IOException, InterruptedException {
    List<String> ids = list.presentIds();
    uninspected.retainOnly(Set.copyOf(ids));
    full = false;
    Map<String, IOException> failures = new ConcurrentHashMap<>();
    try (Inspections inspections =
        new Inspections(healthyFirst(ids), id -> () -> look(id, failures), inspectors, patience)) {
      Map<String, Optional<Instance>> results = inspections.results();
      for (String id : ids) {
        if (!results.containsKey(id)) {
          failures.put(id, new IOException(TOO_LATE));
        }
      }
      if (!failures.isEmpty()) {
        throwIfAllAreRefused(ids.size(), failures);
        results.putAll(fromRows(list.rows(failures.keySet(), fromRow()), failures));
      }
      return ids.stream().flatMap(id -> results.get(id).stream()).toList();
    } catch (RejectedExecutionException | CancellationException e) {
      throw http.closed(e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  /** Inspections that hung the last time must not keep others from being made. */
  private List<String> healthyFirst(List<String> ids) {
    return ids.stream().sorted(Comparator.comparing(uninspected::contains)).toList();
  }

  private Optional<Instance> look(String id, Map<String, IOException> failures)
      throws IOException, InterruptedException {
    try {
      return look(id, Optional.empty());
    } catch (IOException e) {
      throwIfClosed(e);
      failures.put(id, e);
      return Optional.empty();
    }
  }

  private void throwIfClosed(IOException e) throws IOException {
    if (http.isClosed()) {
      throw e;
    }
  }

  /**
   * Throws if all inspections are refused, as by a proxy: then it has to be told what to allow. Any
   * other failure may be that of one container; an engine that panics over one closes the
   * connection. If the engine is lost, the list of rows fails, too.
   */
  private static void throwIfAllAreRefused(int asked, Map<String, IOException> failures)
      throws IOException {
    boolean refused =
        failures.size() == asked
            && failures.values().stream()
                .allMatch(
                    e -> e instanceof EngineAnswerException answer && !answer.isEnginesFault());
    if (refused) {
      throw failures.values().iterator().next();
    }
  }

  private IOException failure(Throwable cause) {
    if (http.isClosed()) {
      return http.closed(cause);
    }
    return cause instanceof IOException e
        ? e
        : new IOException("inspection failed: " + cause, cause);
  }

  /**
   * Returns that instance, as the list would show it; empty if it is not present. The caller's
   * deadline is that of an inspection, unless the last one has hung.
   */
  public Optional<Instance> find(String id) throws IOException, InterruptedException {
    if (!EngineRequest.isId(id)) {
      return Optional.empty();
    }
    long begun = System.nanoTime();
    try {
      return look(id, uninspected.contains(id) ? Optional.of(half) : Optional.empty());
    } catch (InterruptedException e) {
      if (System.nanoTime() - begun >= half.toNanos()) { // else Koi is about to close
        String name = seen.instance(id).map(Instance::containerName).orElse(id);
        uninspected.addAll(Map.of(id, new Failure(name, TOO_LATE)));
      }
      throw e;
    } catch (IOException e) {
      throwIfClosed(e);
      return fromRows(list.row(id, fromRow()), Map.of(id, e)).get(id);
    }
  }

  private Optional<Instance> look(String id, Optional<Duration> deadline)
      throws IOException, InterruptedException {
    try {
      Container container = inspect(id, deadline);
      uninspected.remove(id);
      // Docker also finds by the begin of an id, and that is another's
      return container.id().equals(id) ? instance(container) : Optional.empty();
    } catch (EngineAnswerException e) {
      if (e.status() == 404) {
        uninspected.remove(id);
        seen.remove(id);
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Asks twice: a container that is about to change may have no answer for a moment. */
  private Container inspect(String id, Optional<Duration> deadline)
      throws IOException, InterruptedException {
    try {
      return inspectOnce(id, deadline);
    } catch (EngineAnswerException e) {
      if (!e.isEnginesFault()) {
        throw e;
      }
      return inspectOnce(id, deadline);
    }
  }

  private Container inspectOnce(String id, Optional<Duration> deadline)
      throws IOException, InterruptedException {
    EngineRequest request = EngineRequest.inspect(engine.api(), id);
    return deadline.isPresent()
        ? http.get(request, deadline.get(), Containers::inspected)
        : http.get(request, Containers::inspected);
  }

  private static Container inspected(EngineAnswer answer) throws IOException {
    Container container = Container.inspected(answer.json(MAX_INSPECTION));
    if (!EngineRequest.isId(container.id())) {
      throw new EngineAnswerException(200, "the engine describes a container without an id");
    }
    return container;
  }

  private Optional<Instance> instance(Container container)
      throws IOException, InterruptedException {
    Membership membership = list.membership(container.id());
    Optional<Instance> instance =
        membership.infrastructure() || container.isInfrastructure(engine.dialect())
            ? Optional.empty()
            : container.instance(backend, network(container), membership.pod());
    if (instance.isEmpty()) {
      seen.remove(container.id());
      return instance;
    }
    if (seen.add(instance.get(), container.environment())) {
      return instance;
    }
    full = true;
    Optional<Instance> brief = container.brief(backend, membership.pod());
    if (!seen.add(brief.orElseThrow(), List.of())) {
      seen.remove(container.id());
      throw new IOException("there are too many containers, " + seen.limit());
    }
    return brief;
  }

  /**
   * Returns the container in whose network this one lives: itself, unless it joined another's.
   * Podman shows the other's network as its own, Docker shows none.
   */
  private Container network(Container container) throws IOException, InterruptedException {
    Set<String> owners = new HashSet<>();
    Container network = container;
    Optional<String> owner = container.networkOwner();
    while (owner.filter(EngineRequest::isId).isPresent()
        && owners.size() < MAX_NETWORK_OWNERS
        && owners.add(owner.get())) {
      if (network.hasNetworks()) {
        break;
      }
      try {
        network = uninspected.contains(owner.get()) ? null : inspect(owner.get(), Optional.empty());
      } catch (IOException e) {
        boolean gone = e instanceof EngineAnswerException answer && answer.status() == 404;
        network = gone ? container : null;
      }
      if (network == null) { // it is there, and nothing new is known of it
        seen.instance(container.id()).ifPresent(container::addNetworkOf);
        network = container;
      }
      owner = network == container ? Optional.empty() : network.networkOwner();
    }
    seen.add(container.id(), owners);
    return network;
  }

  /**
   * Returns containers that cannot be inspected. Facts that the list tells are of now; others, such
   * as health, start and addresses, are those that were last seen of the same life.
   */
  private Map<String, Optional<Instance>> fromRows(
      Map<String, Optional<Instance>> instances, Map<String, IOException> reasons) {
    Map<String, Failure> failures = new HashMap<>();
    reasons.forEach(
        (id, reason) -> {
          Optional<Instance> instance = instances.getOrDefault(id, Optional.empty());
          instance.ifPresentOrElse(
              now -> failures.put(id, new Failure(now.containerName(), reason.getMessage())),
              () -> {
                uninspected.remove(id);
                seen.remove(id);
              });
          instances.put(id, instance);
        });
    uninspected.addAll(failures);
    return instances;
  }

  /** Each row becomes an instance while the list is read, so that memory holds no more of it. */
  private Function<Container, Optional<Instance>> fromRow() {
    long[] room = {seen.room()};
    return row -> fromRow(row, room);
  }

  private Optional<Instance> fromRow(Container row, long[] room) {
    if (row.isInfrastructure(engine.dialect())) {
      return Optional.empty();
    }
    seen.instance(row.id())
        .ifPresent(
            last -> row.addDetails(last, seen.environment(row.id()), seen.isGuest(row.id())));
    Membership membership =
        row.membership().or(() -> seen.membership(row.id())).orElse(Membership.NONE);
    Optional<Instance> instance = row.instance(backend, row, membership.pod());
    room[0] -= instance.map(now -> SeenInstances.bytes(now, List.of())).orElse(0L);
    full |= room[0] < 0;
    return room[0] < 0 ? row.brief(backend, membership.pod()) : instance;
  }

  /** Ends all inspections. */
  @Override
  public void close() {
    // A task that never runs would keep its list waiting.
    inspectors.shutdownNow().forEach(task -> ((Future<?>) task).cancel(false));
  }
}
