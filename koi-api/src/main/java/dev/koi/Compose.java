package dev.koi;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;

/**
 * The place of an instance in a Compose project, read from the labels that Docker Compose and
 * podman-compose set.
 *
 * @param project the project's name
 * @param service the service's name
 * @param number which replica of the service it is, from 1; 0 if the labels do not say
 */
public record Compose(String project, String service, int number) {

  private static final String PREFIX = "com.docker.compose.";

  /** Requires both names. */
  public Compose {
    requireNonNull(project, "project");
    requireNonNull(service, "service");
  }

  /** Returns what the labels say, or empty if they name no project or no service. */
  static Optional<Compose> fromLabels(Map<String, String> labels) {
    String project = labels.get(PREFIX + "project");
    String service = labels.get(PREFIX + "service");
    if (project == null || project.isBlank() || service == null || service.isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        new Compose(project, service, number(labels.get(PREFIX + "container-number"))));
  }

  private static int number(String text) {
    try {
      return text == null ? 0 : Math.max(0, Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
