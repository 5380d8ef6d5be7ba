package dev.koi.cli;

import dev.koi.Compose;
import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.cli.Line.Style;
import dev.koi.text.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** An instance's facts as people write them. */
final class InstanceText {

  private static final int SHORT_ID = 12;
  private static final String DIGEST = "sha256:";
  private static final int SHORT_DIGEST = 7; // as of a commit
  private static final int MAX_VALUE = 60; // of a label, in columns
  private static final int MAX_CHANGES = 6; // of one field

  private InstanceText() {}

  static String id(Instance instance) {
    String id = instance.id();
    return id.substring(0, Math.min(SHORT_ID, id.length()));
  }

  /** Returns the image, with as much of a digest as tells it from others. */
  static String image(Instance instance) {
    String image = instance.image().orElse("");
    int digest = image.indexOf(DIGEST);
    int start = digest + DIGEST.length();
    int end = Math.min(start + SHORT_DIGEST, image.length());
    return digest < 0 ? image : image.substring(0, digest) + image.substring(start, end);
  }

  /** Returns one word: the health of what runs says more than that it does. */
  static String stateWord(Instance instance) {
    boolean healthSaysIt =
        instance.state() == InstanceState.RUNNING && instance.health() != Health.NONE;
    return healthSaysIt ? instance.health().wireName() : instance.state().wireName();
  }

  static String state(Instance instance) {
    String state = instance.state().wireName();
    return instance.health() == Health.NONE
        ? state
        : state + " (" + instance.health().wireName() + ")";
  }

  static Style style(Instance instance) {
    if (instance.health() == Health.UNHEALTHY) {
      return Style.RED;
    }
    boolean well =
        instance.state() == InstanceState.RUNNING && instance.health() != Health.STARTING;
    return well ? Style.GREEN : Style.YELLOW;
  }

  static String ports(Instance instance) {
    return String.join(", ", PortText.of(instance.ports(), instance.exposedPorts()));
  }

  static String age(Instance instance, Instant now) {
    Instant since = instance.startedAt().orElse(instance.discoveredAt());
    long seconds = Math.max(0, Duration.between(since, now).toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    } else if (seconds < 2 * 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 48 * 3600 ? seconds / 3600 + "h" : seconds / 86400 + "d";
  }

  static String compose(Compose compose) {
    return compose.project()
        + "/"
        + compose.service()
        + (compose.number() == 0 ? "" : " number " + compose.number())
        + (compose.oneOff() ? ", one-off" : "");
  }

  static List<String> networks(Instance instance) {
    List<String> texts = new ArrayList<>();
    for (Network network : instance.networks()) {
      texts.add(
          network.ips().isEmpty()
              ? network.name()
              : network.name() + "=" + String.join("/", network.ips()));
    }
    return texts;
  }

  /** Returns what has become of the field of that wire name, and from what. */
  static String change(String field, Instance from, Instance to) {
    return switch (field) {
      case "compose" ->
          fromTo(
              "compose",
              from.compose().map(InstanceText::compose).orElse("none"),
              to.compose().map(InstanceText::compose).orElse("none"));
      case "container_name" -> fromTo("name", from.containerName(), to.containerName());
      case "exposed_ports", "ports" ->
          difference(
              "ports",
              PortText.of(from.ports(), from.exposedPorts()),
              PortText.of(to.ports(), to.exposedPorts()));
      case "health" -> fromTo("health", from.health().wireName(), to.health().wireName());
      case "image" -> fromTo("image", image(from), image(to));
      case "labels" -> labels(from, to);
      case "networks" -> difference("networks", networks(from), networks(to));
      case "pod" -> fromTo("pod", from.pod().orElse("none"), to.pod().orElse("none"));
      case "state" -> fromTo("state", from.state().wireName(), to.state().wireName());
      default -> field.replace('_', ' ') + " changed";
    };
  }

  private static String fromTo(String field, String from, String to) {
    return field + " " + shown(from) + " -> " + shown(to);
  }

  private static String shown(String value) {
    return value.isEmpty() ? "none" : TextWidth.cut(value, MAX_VALUE);
  }

  private static String difference(String field, List<String> from, List<String> to) {
    List<String> changes = new ArrayList<>();
    for (String gone : from) {
      if (!to.contains(gone)) {
        changes.add("-" + gone);
      }
    }
    for (String come : to) {
      if (!from.contains(come)) {
        changes.add("+" + come);
      }
    }
    return field + " " + (changes.isEmpty() ? "changed" : someOf(changes));
  }

  private static String labels(Instance from, Instance to) {
    Collection<String> keys = new TreeSet<>(from.labels().keySet());
    keys.addAll(to.labels().keySet());
    List<String> changes = new ArrayList<>();
    for (String key : keys) {
      String before = from.labels().get(key);
      String after = to.labels().get(key);
      if (before == null) {
        changes.add("+" + shown(key) + "=" + value(key, after));
      } else if (after == null) {
        changes.add("-" + shown(key));
      } else if (!before.equals(after)) {
        changes.add(shown(key) + " " + value(key, before) + " -> " + value(key, after));
      }
    }
    return "labels " + someOf(changes);
  }

  /** Returns the label and its value; only the key of what is none of its labels. */
  static String label(Instance instance, String key) {
    String value = instance.labels().get(key);
    return value == null ? shown(key) : shown(key) + "=" + value(key, value);
  }

  /** Returns the value of a label, as much of it as a person may see. */
  static String value(String key, String value) {
    return TextWidth.cut(Secrets.masked(key, value), MAX_VALUE);
  }

  static String someOf(List<String> changes) {
    int more = changes.size() - MAX_CHANGES;
    return more <= 0
        ? String.join(", ", changes)
        : String.join(", ", changes.subList(0, MAX_CHANGES)) + " and " + more + " more";
  }
}
