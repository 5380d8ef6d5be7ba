package dev.koi;

import static java.util.Objects.requireNonNull;

import java.util.Map;

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

  /**
   * Requires both names.
   *
   * @param project not null
   * @param service not null
   * @param number any
   */
  public Compose {
    requireNonNull(project, "project");
    requireNonNull(service, "service");
  }

  /** {@return what the labels say, or {@code null} if they name no project or no service} */
  static Compose fromLabels(Map<String, String> labels, Trimmer trimmer) {
    String project = labels.getOrDefault(PREFIX + "project", "");
    String service = labels.getOrDefault(PREFIX + "service", "");
    if (project.isBlank() || service.isBlank()) {
      return null;
    }
    return new Compose(
        trimmer.text(project, Trimmer.MAX_NAME),
        trimmer.text(service, Trimmer.MAX_NAME),
        number(labels.get(PREFIX + "container-number")));
  }

  private static int number(String text) {
    try {
      return text == null ? 0 : Math.max(0, Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
