package dev.koi.labels;

import java.util.Map;

/** Reads the label that Podman gives to a container of a systemd unit. */
public final class QuadletLabels {

  private static final String PREFIX = "systemd-";

  private QuadletLabels() {}

  /**
   * {@return the name of the unit if Quadlet derived the container's name from it, as in {@code
   * systemd-web} for {@code web.container}; else the container's name}
   *
   * @param labels all labels of the container
   * @param containerName its own name
   */
  public static String name(Map<String, String> labels, String containerName) {
    String unit = containerName.startsWith(PREFIX) ? containerName.substring(PREFIX.length()) : "";
    boolean derived =
        labels.containsKey("PODMAN_SYSTEMD_UNIT")
            && !unit.isEmpty()
            && unit.chars().noneMatch(Character::isWhitespace);
    return derived ? unit : containerName;
  }
}
