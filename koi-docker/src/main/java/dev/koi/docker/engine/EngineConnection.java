package dev.koi.docker.engine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.core5.http.MessageHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to an engine. The list says only which containers there are; each is then inspected,
 * because rows of the list lack the start, the health and, on Podman, some ports.
 */
final class EngineConnection implements RuntimeConnection {

  private static final Logger log = LoggerFactory.getLogger(EngineConnection.class);
  private static final int PARALLEL_INSPECTIONS = 4;

  private final EngineHttp http;
  private final EngineIdentity engine;
  private final EngineTimings timings;
  private final InstanceMapping mapping;
  private final PodNames pods;
  private final NetworkSharers sharers = new NetworkSharers();
  private final Map<String, Instance> lastSeen = new ConcurrentHashMap<>(); // by id
  private final Set<String> broken = ConcurrentHashMap.newKeySet(); // ids that were warned of
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile EngineWatch watch;

  EngineConnection(EngineHttp http, EngineIdentity engine, String backend, EngineTimings timings) {
    this.http = http;
    this.engine = engine;
    this.timings = timings;
    mapping = new InstanceMapping(backend, engine.dialect());
    pods = new PodNames(http, engine, mapping, timings.inspect());
  }

  @Override
  public RuntimeInfo runtime() {
    return new RuntimeInfo(
        engine.dialect().product(),
        engine.version(),
        engine.api().toString(),
        http.endpoint().address());
  }

  @Override
  public List<Instance> listInstances() throws IOException, InterruptedException {
    Iterator<String> ids =
        http.get(
                EngineRequest.list(engine.api(), engine.dialect()),
                timings.list(),
                EngineConnection::presentIds)
            .iterator();
    long end = System.nanoTime() + timings.list().toNanos();
    Duration patience = timings.inspect();
    List<Instance> instances = new ArrayList<>();
    Deque<Inspection> inspections = new ArrayDeque<>();
    try {
      while (ids.hasNext() || !inspections.isEmpty()) {
        while (ids.hasNext() && inspections.size() < PARALLEL_INSPECTIONS) {
          inspections.add(new Inspection(ids.next(), patience));
        }
        Inspection next = inspections.remove();
        listed(next, end).ifPresent(instances::add);
        if (next.late) {
          // Where one is locked, as while it is being removed, others may be: all are to be listed
          // in time.
          patience = timings.inspect().dividedBy(10);
        }
      }
    } finally {
      inspections.forEach(Inspection::cancel);
    }
    return List.copyOf(instances);
  }

  /**
   * Returns an instance for the list. One broken container must not hide all others, so one that
   * the engine cannot inspect is shown as it was last seen, or else as far as its row tells.
   *
   * @param end of the time in which a slow answer is taken for one container's fault
   */
  private Optional<Instance> listed(Inspection inspection, long end)
      throws IOException, InterruptedException {
    try {
      return inspection.await();
    } catch (SocketTimeoutException e) {
      if (System.nanoTime() - end > 0) {
        throw e;
      }
      inspection.late = true;
      return withoutDetails(inspection.id, e);
    } catch (EngineAnswerException e) {
      if (!e.isServersFault()) {
        throw e;
      }
      return withoutDetails(inspection.id, e);
    }
  }

  private Optional<Instance> withoutDetails(String id, IOException reason)
      throws IOException, InterruptedException {
    Instance seen = lastSeen.get(id);
    if (seen != null) {
      return Optional.of(seen);
    }
    if (broken.add(id)) {
      log.warn("{} is shown without details: {}", id, reason.getMessage());
    }
    for (JsonNode row : http.json(EngineRequest.row(engine.api(), id), timings.inspect())) {
      if (row.path("Id").asText().equals(id)) {
        return mapping.fromRow(row);
      }
    }
    return Optional.empty();
  }

  /** Reads the list's ids, whatever else its rows hold, and however much. */
  private static Set<String> presentIds(MessageHeaders head, InputStream body) throws IOException {
    JsonParser rows = Json.stream(body);
    if (rows.nextToken() != JsonToken.START_ARRAY) {
      throw new IOException("the engine's list of containers is no list");
    }
    Set<String> ids = new LinkedHashSet<>();
    while (rows.nextToken() != JsonToken.END_ARRAY) {
      Map<String, String> row = Json.texts(rows, Set.of("Id", "State"));
      String id = row.getOrDefault("Id", "");
      // a state that is missing or unknown is left to the inspection
      if (EngineRequest.isId(id)
          && InstanceMapping.state(row.getOrDefault("State", ""), true).isPresent()) {
        ids.add(id);
      }
    }
    if (rows.nextToken() != null) { // at the end, the connection can be used again
      throw new IOException("the engine's list of containers is followed by something else");
    }
    return ids;
  }

  private EngineHttp.Call<JsonNode> inspect(String id) throws IOException {
    return inspect(id, timings.inspect(), (head, body) -> Json.tree(body));
  }

  private EngineHttp.Call<JsonNode> inspect(
      String id, Duration patience, EngineHttp.AnswerReader<JsonNode> reader) throws IOException {
    return http.start(EngineRequest.inspect(engine.api(), id), patience, reader);
  }

  @Override
  public boolean findsInstances() {
    return true;
  }

  @Override
  public Optional<Instance> findInstance(String id) throws IOException, InterruptedException {
    if (!EngineRequest.isId(id)) {
      return Optional.empty();
    }
    return new Inspection(id, timings.inspect())
        .await()
        .filter(instance -> instance.id().equals(id)); // Docker also finds by the begin of an id
  }

  @Override
  public InstanceWatch watch() throws IOException, InterruptedException {
    if (!watched.compareAndSet(false, true)) {
      throw new IllegalStateException("a connection is watched only once");
    }
    watch = EngineWatch.open(http, engine, timings, sharers, lastSeen);
    if (http.isClosed()) {
      watch.close(); // close() may not have seen it
    }
    return watch;
  }

  @Override
  public void close() {
    http.close();
    EngineWatch open = watch;
    if (open != null) {
      open.close();
    }
  }

  /** The look at one container, under way. */
  private final class Inspection {
    private final String id;
    private final EngineHttp.Call<JsonNode> call;
    private boolean late; // whether it was not answered in time

    Inspection(String id, Duration patience) throws IOException {
      this.id = id;
      call = inspect(id, patience, (head, body) -> Json.tree(body));
    }

    void cancel() {
      call.cancel();
    }

    /** Returns the instance, or empty if it is not present; asks again if it must. */
    Optional<Instance> await() throws IOException, InterruptedException {
      try {
        return answered(call);
      } catch (EngineAnswerException e) {
        if (!e.isServersFault()) {
          throw e;
        }
        return awaitAgain();
      }
    }

    private Optional<Instance> awaitAgain() throws IOException, InterruptedException {
      try {
        return answered(inspect(id));
      } catch (EngineAnswerException e) {
        if (e.status() != 200) {
          throw e;
        }
        // Too large to be held, it may be; labels are what nobody limits.
        if (broken.add(id)) {
          log.warn("{} is shown without labels: {}", id, e.getMessage());
        }
        return answered(
            inspect(id, timings.inspect(), (head, body) -> Json.treeWithout("Labels", body)));
      }
    }

    private Optional<Instance> answered(EngineHttp.Call<JsonNode> call)
        throws IOException, InterruptedException {
      Optional<Instance> instance;
      try {
        JsonNode inspected = call.await();
        instance = mapping.fromInspection(inspected, network(inspected), pods.of(inspected));
      } catch (EngineAnswerException e) {
        if (e.status() != 404) {
          throw e;
        }
        instance = Optional.empty();
      }
      if (instance.isEmpty()) {
        sharers.note(id, Set.of());
        lastSeen.remove(id);
      } else {
        lastSeen.put(id, instance.get());
      }
      return instance;
    }

    /**
     * Returns the answer about the container in whose network this one lives: its own, unless it
     * joined another's. Podman shows the other's network as its own, Docker shows none.
     */
    private JsonNode network(JsonNode inspected) throws IOException, InterruptedException {
      Set<String> owners = new HashSet<>();
      JsonNode network = inspected;
      Optional<String> owner = InstanceMapping.networkOwner(inspected);
      while (owner.isPresent() && EngineRequest.isId(owner.get()) && owners.add(owner.get())) {
        sharers.note(id, owners);
        if (!network.at("/NetworkSettings/Networks").isEmpty()) {
          break;
        }
        try {
          network = inspect(owner.get()).await();
        } catch (EngineAnswerException e) {
          break; // it has gone, and its network with it, or cannot be inspected
        }
        owner = InstanceMapping.networkOwner(network);
      }
      return network;
    }
  }
}
