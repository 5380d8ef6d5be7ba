package dev.koi;

import static java.util.Objects.requireNonNull;

/**
 * The place of an instance in a Compose project, read from the labels that Docker Compose and
 * podman-compose give to the containers they create.
 *
 * @param project the project's name
 * @param service the service's name
 * @param number the replica's number, from 1; 0 if the labels contain none
 * @param oneOff whether {@code docker compose run} created the container, so that it is no replica
 *     of the service
 */
public record Compose(String project, String service, int number, boolean oneOff) {

  /**
   * Requires both names.
   *
   * @param project not null
   * @param service not null
   * @param number any
   * @param oneOff any
   */
  public Compose {
    requireNonNull(project, "project");
    requireNonNull(service, "service");
  }
}
