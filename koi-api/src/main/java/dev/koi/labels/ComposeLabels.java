package dev.koi.labels;

import java.util.List;
import java.util.Map;

/**
 * What Docker Compose and podman-compose write about a container they have created.
 *
 * @param project the project's name
 * @param service the service's name
 * @param number the replica's number; 0 if there is none
 * @param oneOff whether {@code compose run} created it
 */
public record ComposeLabels(String project, String service, int number, boolean oneOff) {

  private static final String PREFIX = "com.docker.compose.";

  /** The labels that are read. */
  public static final List<String> KEYS =
      List.of(
          PREFIX + "config-hash",
          PREFIX + "container-number",
          PREFIX + "oneoff",
          PREFIX + "project",
          PREFIX + "service");

  /**
   * {@return what the labels say, or {@code null} if Compose did not create the container} Compose
   * also puts project and service on the images it builds, and every container inherits the labels
   * of its image. The hash of the configuration is on containers only.
   *
   * @param labels all labels of the container
   */
  public static ComposeLabels read(Map<String, String> labels) {
    String project = labels.getOrDefault(PREFIX + "project", "");
    String service = labels.getOrDefault(PREFIX + "service", "");
    boolean created =
        labels.containsKey(PREFIX + "config-hash")
            || labels.containsKey("io.podman.compose.config-hash");
    if (!created || project.isBlank() || service.isBlank()) {
      return null;
    }
    return new ComposeLabels(
        project,
        service,
        number(labels.get(PREFIX + "container-number")),
        "true".equalsIgnoreCase(labels.get(PREFIX + "oneoff")));
  }

  private static int number(String text) {
    try {
      return text == null ? 0 : Math.max(0, Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
