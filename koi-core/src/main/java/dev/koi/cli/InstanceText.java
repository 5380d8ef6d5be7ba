package dev.koi.cli;

import dev.koi.Compose;
import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.RuntimeEvent.Updated;
import dev.koi.cli.terminal.Line.Style;
import dev.koi.cli.terminal.TextWidth;
import dev.koi.text.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Formats the parts of an instance for people. */
final class InstanceText {

  private static final String LABEL = "label ";
  private static final int LONG_ID = 64; // hexadecimal digits of Docker's and Podman's ids
  private static final int SHORT_ID = 12;
  private static final String DIGEST = "sha256:";
  private static final int SHORT_DIGEST = 7; // as of a commit
  private static final int MAX_VALUE = 60; // of a label, in columns
  static final int MAX_CHANGES = 6; // of one field
  private static final int MAX_PORTS = 1024; // that an Instance keeps

  private InstanceText() {}

  static String id(Instance instance) {
    String id = instance.id();
    boolean hex = id.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    return hex && id.length() == LONG_ID ? id.substring(0, SHORT_ID) : id;
  }

  /** Returns the image with its digest shortened. */
  static String image(Instance instance) {
    String image = instance.image().orElse("");
    int digest = image.indexOf(DIGEST);
    int start = digest + DIGEST.length();
    int end = Math.min(start + SHORT_DIGEST, image.length());
    return digest < 0 ? image : image.substring(0, digest) + image.substring(start, end);
  }

  /** Returns the health of a running instance that has a health check, or else the state. */
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

  /** Returns at most so many ports and ranges, and whether there are more. */
  static String ports(Instance instance, int most) {
    String ports = someOf(PortText.of(instance.ports(), instance.exposedPorts()), most);
    int kept = Math.max(instance.ports().size(), instance.exposedPorts().size());
    return instance.truncated() && kept >= MAX_PORTS ? ports + ", and more" : ports;
  }

  static String age(Instance instance, Instant now) {
    return age(instance.startedAt().orElse(instance.discoveredAt()), now);
  }

  static String age(Instant since, Instant now) {
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
    return instance.networks().stream()
        .map(n -> n.ips().isEmpty() ? n.name() : n.name() + "=" + String.join("/", n.ips()))
        .toList();
  }

  /** Returns what an update has changed: added with +, removed with -, or from what to what. */
  static String changes(Updated updated) {
    Map<String, String> before = facts(updated.previous());
    Map<String, String> after = facts(updated.instance());
    Set<String> keys = new LinkedHashSet<>(before.keySet());
    keys.addAll(after.keySet());
    List<String> changes = new ArrayList<>();
    for (String key : keys) {
      String from = before.get(key);
      String to = after.get(key);
      if (from == null) {
        changes.add("+" + shown(key, to));
      } else if (to == null) {
        changes.add("-" + shown(key, ""));
      } else if (!from.equals(to)) {
        changes.add(shown(key, from) + " -> " + value(key, to));
      }
    }
    return changes.isEmpty()
        ? String.join(", ", updated.changed()).replace('_', ' ') + " changed"
        : someOf(changes, MAX_CHANGES);
  }

  /** Returns what may change and is not derived from something else here. */
  private static Map<String, String> facts(Instance instance) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("name", instance.containerName());
    facts.put("image", instance.image().isEmpty() ? "none" : image(instance));
    facts.put("state", instance.state().wireName());
    facts.put("health", instance.health().wireName());
    facts.put("pod", instance.pod().orElse("none"));
    facts.put("group", instance.group().orElse("none"));
    facts.put("host", instance.host().orElse("unknown"));
    networks(instance).forEach(network -> facts.put("network " + network, ""));
    PortText.of(instance.ports(), instance.exposedPorts())
        .forEach(port -> facts.put("port " + port, ""));
    instance.labels().forEach((key, value) -> facts.put(LABEL + key, value));
    return facts;
  }

  private static String shown(String key, String value) {
    String name = TextWidth.cut(key, MAX_VALUE);
    return value.isEmpty() ? name : name + " " + value(key, value);
  }

  private static String value(String key, String value) {
    boolean label = key.startsWith(LABEL);
    return TextWidth.cut(
        label ? Secrets.masked(key.substring(LABEL.length()), value) : value, MAX_VALUE);
  }

  /** Returns key and value of a label; only the key of an environment variable. */
  static String label(Instance instance, String key) {
    String value = instance.labels().getOrDefault(key, "");
    return value.isEmpty() ? key : key + "=" + value(LABEL + key, value);
  }

  /** Joins the first of the texts, and counts the others. */
  static String someOf(List<String> texts, int most) {
    int more = texts.size() - most;
    return more <= 0
        ? String.join(", ", texts)
        : String.join(", ", texts.subList(0, most)) + " and " + more + " more";
  }
}
