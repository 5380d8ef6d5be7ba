package dev.koi.docker.instances;

import dev.koi.Instance;
import dev.koi.docker.instances.SeenInstances.Membership;
import dev.koi.docker.json.Json;
import dev.koi.docker.transport.EngineAnswer;
import dev.koi.docker.transport.EngineAnswerException;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.transport.EngineRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the lists of an engine tell. Thread-safe. */
final class ContainerLists {

  private static final Logger log = LoggerFactory.getLogger(Containers.class);
  private static final long MAX_LIST = 1L << 29; // characters

  private final EngineHttp http;
  private final EngineIdentity engine;
  private final String backend;
  private final SeenInstances seen;
  private final List<EngineRequest> lists;
  private volatile int list; // which of the lists is not refused
  private volatile int unusableRows;

  ContainerLists(EngineHttp http, EngineIdentity engine, String backend, SeenInstances seen) {
    this.http = http;
    this.engine = engine;
    this.backend = backend;
    this.seen = seen;
    lists = engine.dialect().lists(engine.api());
  }

  /** Returns the ids of the best list that is not refused. */
  List<String> presentIds() throws IOException, InterruptedException {
    while (true) {
      int tried = list;
      try {
        return http.get(lists.get(tried), this::presentIds);
      } catch (EngineAnswerException e) {
        if (e.isEnginesFault() || tried + 1 == lists.size()) {
          throw e;
        }
        log.info("{}; names of pods are not known", e.getMessage());
        list = tried + 1;
      }
    }
  }

  private List<String> presentIds(EngineAnswer answer) throws IOException {
    Set<String> ids = new LinkedHashSet<>();
    int[] unusable = {0};
    int[] present = {0};
    int most = seen.mostContainers();
    Json json = answer.json(MAX_LIST);
    json.onlyArray(
        () -> {
          Container row = Container.rowHead(json);
          if (!EngineRequest.isId(row.id())) {
            unusable[0]++;
          } else if (row.mayBePresent()) {
            if (++present[0] > most) {
              throw new IOException(
                  "more than " + most + " containers are listed, " + seen.limit());
            }
            seen.add(row.id(), row.membership());
            if (!row.membership().infrastructure()) {
              ids.add(row.id());
            }
          }
        });
    if (unusable[0] != unusableRows && unusable[0] > 0) {
      log.warn(
          "{} containers at {} are not shown: their rows in the list have no usable id",
          unusable[0],
          http.address());
    }
    unusableRows = unusable[0];
    return List.copyOf(ids);
  }

  /** Returns what the list says of a container; asks for its row if it is new. */
  Membership membership(String id) throws IOException, InterruptedException {
    if (!engine.dialect().rowsNamePods() || list > 0) {
      return Membership.NONE;
    }
    Optional<Membership> known = seen.membership(id);
    if (known.isEmpty()) {
      try {
        known = http.get(row(id), answer -> membership(answer, id));
      } catch (EngineAnswerException e) {
        return Membership.NONE; // refused; or it has gone
      }
      known.ifPresent(membership -> seen.add(id, membership));
    }
    return known.orElse(Membership.NONE);
  }

  private static Optional<Membership> membership(EngineAnswer answer, String id)
      throws IOException {
    Membership[] found = {null};
    Json json = answer.json(MAX_LIST);
    json.onlyArray(
        () -> {
          Container row = Container.rowHead(json);
          found[0] = row.id().equals(id) ? row.membership() : found[0];
        });
    return Optional.ofNullable(found[0]);
  }

  private EngineRequest row(String id) {
    return list == 0 ? engine.dialect().row(engine.api(), id) : EngineRequest.row(engine.api(), id);
  }

  /** Returns those containers as far as their rows tell; one that has no row is missing. */
  Map<String, Optional<Instance>> rows(Set<String> ids) throws IOException, InterruptedException {
    return http.get(lists.get(list), answer -> rows(answer, ids));
  }

  /** Returns one container as far as its row tells. */
  Map<String, Optional<Instance>> rows(String id) throws IOException, InterruptedException {
    return http.get(row(id), answer -> rows(answer, Set.of(id)));
  }

  private Optional<Instance> incomplete(Container row, long[] room) {
    Optional<Instance> instance =
        row.isInfrastructure(engine.dialect())
            ? Optional.empty()
            : row.instance(backend, row, row.membership().pod());
    Optional<Instance> last = seen.instance(row.id());
    if (instance.isEmpty()) {
      return instance;
    }
    if (last.map(Instance::state).equals(instance.map(Instance::state))) {
      return last;
    }
    room[0] -= SeenInstances.bytes(instance.get());
    return room[0] > 0 ? instance : row.brief(backend, row.membership().pod());
  }

  private Map<String, Optional<Instance>> rows(EngineAnswer answer, Set<String> ids)
      throws IOException {
    Map<String, Optional<Instance>> rows = new HashMap<>();
    long[] room = {seen.room()};
    Json json = answer.json(MAX_LIST);
    json.onlyArray(
        () -> {
          Container row = Container.row(json);
          if (ids.contains(row.id())) {
            rows.put(row.id(), incomplete(row, room));
          }
        });
    return rows;
  }
}
