package dev.koi.docker.dialect;

import dev.koi.docker.transport.ApiVersion;
import dev.koi.docker.transport.EngineRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The differences between products that speak the Docker Engine API. Stateless. */
public interface EngineDialect {

  /** Returns the name of the backend that watches this product, such as "docker". */
  String backend();

  /** Returns the product's name, such as "Docker Engine". */
  String product();

  /**
   * Returns the requests that list every container that may be present, best first. The next one is
   * made if a proxy refuses one.
   */
  List<EngineRequest> lists(ApiVersion api);

  /** Returns the request for one container's row of the first of the {@link #lists}. */
  EngineRequest row(ApiVersion api, String id);

  /** Returns whether the rows of the first list name pods, which no inspection does. */
  boolean rowsNamePods();

  /**
   * Returns whether the engine made this container for its own purposes, such as to hold a pod.
   *
   * @param command the program and its arguments, separated by blanks
   */
  boolean isInfrastructure(String name, String image, String command, Map<String, String> labels);

  /** Returns a reader of the events of one watch. */
  EventReader events(SeenContainers seen);

  /** Returns why the engine may end a stream of events at once; empty if it never does. */
  Optional<String> whyAStreamEndsAtOnce();
}
