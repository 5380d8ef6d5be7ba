package dev.koi.docker.instances;

import dev.koi.docker.instances.SeenInstances.Membership;
import dev.koi.docker.json.Json;
import dev.koi.docker.transport.EngineAnswer;
import dev.koi.docker.transport.EngineAnswerException;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.transport.EngineHttp.AnswerReader;
import dev.koi.docker.transport.EngineRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's own list of containers. Where an engine has two forms of it, the second one is read
 * while the first fails, and from then on if a proxy refuses the first. Thread-safe.
 */
final class ContainerList {

  private static final Logger log = LoggerFactory.getLogger(Containers.class);
  private static final long MAX_LIST = 1L << 29; // characters

  private final EngineHttp http;
  private final EngineIdentity engine;
  private final SeenInstances seen;
  private final List<EngineRequest> forms;
  private volatile int form; // the first that is not refused
  private volatile int unusableRows;

  ContainerList(EngineHttp http, EngineIdentity engine, SeenInstances seen) {
    this.http = http;
    this.engine = engine;
    this.seen = seen;
    forms = engine.dialect().lists(engine.api());
  }

  /** Returns the ids of all containers that may be present, and forgets all others. */
  List<String> presentIds() throws IOException, InterruptedException {
    List<String> ids = get(forms, this::presentIds);
    seen.retainOnly(new HashSet<>(ids));
    return ids;
  }

  /** Returns what the reader makes of the rows of those that are listed, by id. */
  <T> Map<String, T> rows(Set<String> ids, Function<Container, T> reader)
      throws IOException, InterruptedException {
    return get(forms, answer -> rows(answer, ids, reader));
  }

  /** Returns what the reader makes of the row of that one, if it is listed. */
  <T> Map<String, T> row(String id, Function<Container, T> reader)
      throws IOException, InterruptedException {
    EngineRequest first = engine.dialect().row(engine.api(), id);
    return get(
        forms.size() == 1 ? List.of(first) : List.of(first, EngineRequest.row(engine.api(), id)),
        answer -> rows(answer, Set.of(id), reader));
  }

  /** Returns what the list says of a container; asks for its row if it is new. */
  Membership membership(String id) throws IOException, InterruptedException {
    if (!engine.dialect().rowsNamePods() || form > 0) {
      return Membership.NONE;
    }
    Optional<Membership> known = seen.membership(id);
    if (known.isEmpty()) {
      try {
        EngineRequest row = engine.dialect().row(engine.api(), id);
        known =
            http.get(row, answer -> rows(answer, Set.of(id), Container::membership))
                .getOrDefault(id, Optional.empty());
      } catch (EngineAnswerException e) {
        return Membership.NONE; // refused; or it has gone
      }
      known.ifPresent(membership -> seen.add(id, membership));
    }
    return known.orElse(Membership.NONE);
  }

  private <T> T get(List<EngineRequest> requests, AnswerReader<T> reader)
      throws IOException, InterruptedException {
    for (int tried = form; ; tried++) {
      try {
        return http.get(requests.get(tried), reader);
      } catch (EngineAnswerException e) {
        if (tried + 1 == requests.size()) {
          throw e;
        }
        if (!e.isEnginesFault()) {
          log.info("{}; names of pods are not known", e.getMessage());
          form = tried + 1;
        }
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
            row.membership().ifPresent(membership -> seen.add(row.id(), membership));
            if (row.membership().filter(Membership::infrastructure).isEmpty()) {
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

  private static <T> Map<String, T> rows(
      EngineAnswer answer, Set<String> ids, Function<Container, T> reader) throws IOException {
    Map<String, T> rows = new HashMap<>();
    Json json = answer.json(MAX_LIST);
    json.onlyArray(
        () -> {
          Container row = Container.row(json);
          if (ids.contains(row.id())) {
            rows.put(row.id(), reader.apply(row));
          }
        });
    return rows;
  }
}
