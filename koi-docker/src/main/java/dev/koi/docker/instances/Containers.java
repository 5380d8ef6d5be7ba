package dev.koi.docker.instances;

import dev.koi.Instance;
import dev.koi.docker.dialect.SeenContainers;
import dev.koi.docker.instances.SeenInstances.Membership;
import dev.koi.docker.transport.EngineAnswer;
import dev.koi.docker.transport.EngineAnswerException;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.transport.EngineRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The present containers of one engine. The list says only which there are; each is then inspected,
 * several at a time, because rows of the list lack the start, the health and, on Podman, some
 * ports. Thread-safe.
 */
public final class Containers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Containers.class);
  private static final int PARALLEL_INSPECTIONS = 8;
  private static final long MAX_INSPECTION = 32 << 20; // characters
  private static final int SHARES = 6; // of Java's memory; one is for all containers of an engine
  private static final int MAX_NETWORK_OWNERS = 8;

  private final EngineHttp http;
  private final EngineIdentity engine;
  private final String backend;
  private final Duration patience;
  private final ThreadPoolExecutor inspectors;
  private final SeenInstances seen = new SeenInstances(Runtime.getRuntime().maxMemory() / SHARES);
  private final ContainerLists lists;
  private final Set<String> withoutDetails = ConcurrentHashMap.newKeySet(); // ids warned of
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
    lists = new ContainerLists(http, engine, backend, seen);
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

  /** Returns what was seen so far. */
  public SeenContainers seen() {
    return seen;
  }

  /** Returns all present instances. An interrupt of this thread ends all inspections. */
  public List<Instance> list() throws IOException, InterruptedException {
    List<String> ids = lists.presentIds();
    Set<String> present = new HashSet<>(ids);
    seen.retainOnly(present);
    withoutDetails.retainAll(present);
    full = false;
    Map<String, IOException> failures = new ConcurrentHashMap<>();
    try (Inspections inspections =
        new Inspections(healthyFirst(ids), id -> () -> look(id, failures), inspectors, patience)) {
      Map<String, Optional<Instance>> results = inspections.results();
      for (String id : ids) {
        if (!results.containsKey(id)) {
          failures.put(id, new IOException("it was not inspected in time"));
        }
      }
      if (!failures.isEmpty()) {
        results.putAll(incomplete(lists.rows(failures.keySet()), failures));
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
    return ids.stream().sorted(Comparator.comparing(withoutDetails::contains)).toList();
  }

  private Optional<Instance> look(String id, Map<String, IOException> failures)
      throws IOException, InterruptedException {
    try {
      return look(id);
    } catch (EngineAnswerException e) {
      if (!e.isEnginesFault()) {
        throw e;
      }
      failures.put(id, e);
      return Optional.empty();
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

  /** Returns that instance, as the list would show it; empty if it is not present. */
  public Optional<Instance> find(String id) throws IOException, InterruptedException {
    if (!EngineRequest.isId(id)) {
      return Optional.empty();
    }
    try {
      return look(id);
    } catch (EngineAnswerException e) {
      if (!e.isEnginesFault()) {
        throw e;
      }
      return incomplete(lists.rows(id), Map.of(id, e)).get(id);
    }
  }

  private Optional<Instance> look(String id) throws IOException, InterruptedException {
    try {
      Container container = inspect(id);
      withoutDetails.remove(id);
      // Docker also finds by the begin of an id, and that is another's
      return container.id().equals(id) ? instance(container) : Optional.empty();
    } catch (EngineAnswerException e) {
      if (e.status() == 404) {
        seen.remove(id);
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Asks twice: a container that is about to change may have no answer for a moment. */
  private Container inspect(String id) throws IOException, InterruptedException {
    EngineRequest request = EngineRequest.inspect(engine.api(), id);
    try {
      return http.get(request, Containers::inspected);
    } catch (EngineAnswerException e) {
      if (!e.isEnginesFault()) {
        throw e;
      }
      return http.get(request, Containers::inspected);
    }
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
    Membership membership = lists.membership(container.id());
    Optional<Instance> instance =
        membership.infrastructure() || container.isInfrastructure(engine.dialect())
            ? Optional.empty()
            : container.instance(backend, network(container), membership.pod());
    return remembered(instance, container, membership);
  }

  /** Returns the instance, or what there is room for in the memory of all. */
  private Optional<Instance> remembered(
      Optional<Instance> instance, Container container, Membership membership) throws IOException {
    if (instance.isEmpty()) {
      seen.remove(container.id());
      return instance;
    }
    if (seen.add(instance.get())) {
      return instance;
    }
    Optional<Instance> brief = container.brief(backend, membership.pod());
    if (!seen.add(brief.orElseThrow())) {
      seen.remove(container.id());
      throw new IOException("there are too many containers, " + seen.limit());
    }
    if (!full) {
      full = true;
      log.warn(
          "{} and others at {} are shown without labels, ports and networks, {}",
          brief.get(),
          http.address(),
          seen.limit());
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
        network = inspect(owner.get());
      } catch (EngineAnswerException e) {
        break; // it has gone, and its network with it, or cannot be inspected
      }
      owner = network.networkOwner();
    }
    seen.add(container.id(), owners);
    return network;
  }

  /**
   * Returns containers that cannot be inspected, each as it was last seen, or else as far as its
   * row of the list tells: without health, start, addresses and environment. A broken container
   * must not hide all others.
   */
  private Map<String, Optional<Instance>> incomplete(
      Map<String, Optional<Instance>> instances, Map<String, IOException> failures) {
    List<String> fresh = new ArrayList<>();
    if (withoutDetails.size() > seen.mostContainers()) {
      withoutDetails.clear(); // ever-new ones, between two lists
    }
    for (String id : failures.keySet()) {
      if (instances.computeIfAbsent(id, any -> Optional.empty()).isEmpty()) {
        seen.remove(id);
      } else if (withoutDetails.add(id)) {
        fresh.add(id);
      }
    }
    if (!fresh.isEmpty()) {
      log.warn(
          "{} is shown without details{}: {}",
          fresh.get(0),
          fresh.size() > 1 ? ", as are " + (fresh.size() - 1) + " others" : "",
          failures.get(fresh.get(0)).getMessage());
    }
    return instances;
  }

  /** Ends all inspections. */
  @Override
  public void close() {
    // A task that never runs would keep its list waiting.
    inspectors.shutdownNow().forEach(task -> ((Future<?>) task).cancel(false));
  }
}
