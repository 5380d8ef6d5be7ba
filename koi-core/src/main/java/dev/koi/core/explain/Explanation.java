package dev.koi.core.explain;

import dev.koi.ContainerPort;
import dev.koi.Instance;
import dev.koi.KoiMetadata;
import dev.koi.LabelProblem;
import dev.koi.LabelReading;
import dev.koi.PortMapping;
import dev.koi.Secrets;
import dev.koi.ServiceTypes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Koi read of an instance, what it made of that, and why. A pure function of the instance.
 *
 * @param instance the instance
 * @param labels what became of each label and of {@code KOI_MDNS_ANNOUNCE}, sorted by key
 * @param ports its ports, published or not, sorted
 * @param announced whether it asks to be announced and has something to announce
 * @param why the reason for that, in one sentence
 */
public record Explanation(
    Instance instance, List<Label> labels, List<Port> ports, boolean announced, String why) {

  private static final String COMPOSE = "com.docker.compose.";

  /** What became of a label. */
  public enum Effect {
    /** It set fields of the metadata. */
    SETS,
    /** It was meant for Koi and was not understood. */
    REJECTED,
    /** It could say something to Koi, but others spoke first, or Koi was told not to listen. */
    OVERRULED,
    /** It tells the instance's place in a Compose project. */
    COMPOSE,
    /** It is none of Koi's business. */
    IGNORED
  }

  /**
   * One label.
   *
   * @param key its key, or the name of the environment variable
   * @param effect what became of it
   * @param text which fields it set, or why it has no effect; to be read after the key. A value
   *     whose key looks like a secret's is masked.
   */
  public record Label(String key, Effect effect, String text) {}

  /**
   * One port.
   *
   * @param port the port inside
   * @param published how it is reached through the host; empty if it is not
   * @param serviceType the DNS-SD service type
   * @param rule why it is that one
   */
  public record Port(
      ContainerPort port, List<PortMapping> published, String serviceType, String rule) {}

  /** Explains an instance. */
  public static Explanation of(Instance instance) {
    List<Port> ports = ports(instance);
    KoiMetadata metadata = instance.metadata();
    boolean wanted = metadata.enable().orElse(false);
    String why;
    if (wanted) {
      why =
          ports.isEmpty()
              ? "it has no port to announce; publish or expose one"
              : said(metadata, "true") + " asks for it";
    } else if (metadata.enable().isPresent()) {
      why = said(metadata, "false") + " says not to";
    } else {
      boolean tried = metadata.problems().stream().anyMatch(p -> p.key().equals("koi.enable"));
      why =
          tried
              ? "its label koi.enable was rejected"
              : "nothing asks for it; the label koi.enable=true would";
    }
    return new Explanation(instance, labels(instance), ports, wanted && !ports.isEmpty(), why);
  }

  private static String said(KoiMetadata metadata, String value) {
    for (LabelReading reading : metadata.readings()) {
      if (reading.field().equals("enable")) {
        return reading.key().equals("koi.enable") ? "koi.enable=" + value : reading.key();
      }
    }
    return "its metadata";
  }

  private static List<Label> labels(Instance instance) {
    KoiMetadata metadata = instance.metadata();
    Set<String> keys = new TreeSet<>(instance.labels().keySet());
    metadata.readings().forEach(reading -> keys.add(reading.key()));
    metadata.problems().forEach(problem -> keys.add(problem.key()));
    List<Label> labels = new ArrayList<>();
    for (String key : keys) {
      List<String> fields = new ArrayList<>();
      for (LabelReading reading : metadata.readings()) {
        if (reading.key().equals(key)) {
          fields.add(reading.field() + " = " + Secrets.masked(key, reading.value()));
        }
      }
      if (!fields.isEmpty()) {
        labels.add(new Label(key, Effect.SETS, String.join(", ", fields)));
      }
      boolean spoke = !fields.isEmpty();
      for (LabelProblem problem : metadata.problems()) {
        if (problem.key().equals(key)) {
          labels.add(new Label(key, Effect.REJECTED, problem.reason()));
          spoke = true;
        }
      }
      if (!spoke) {
        labels.add(silent(key, instance));
      }
    }
    return List.copyOf(labels);
  }

  private static Label silent(String key, Instance instance) {
    if (key.startsWith(COMPOSE)) {
      boolean read = Set.of("project", "service", "container-number").contains(suffix(key));
      if (read && instance.compose().isPresent()) {
        return new Label(key, Effect.COMPOSE, "tells its place in a Compose project");
      }
    } else if (key.equals("koi.announce")) {
      return new Label(key, Effect.OVERRULED, "says nothing that other labels have not said");
    } else if (key.startsWith("traefik.") || key.equals("caddy") || key.startsWith("caddy.")) {
      boolean off = !instance.metadata().enable().orElse(true);
      return new Label(
          key,
          off ? Effect.OVERRULED : Effect.IGNORED,
          off ? "is not read, because koi.enable=false" : "has nothing that Koi could use");
    }
    return new Label(key, Effect.IGNORED, "is no label of Koi's");
  }

  private static String suffix(String key) {
    return key.substring(COMPOSE.length());
  }

  private static List<Port> ports(Instance instance) {
    Collection<ContainerPort> all = new TreeSet<>(instance.exposedPorts());
    for (PortMapping mapping : instance.ports()) {
      all.add(new ContainerPort(mapping.containerPort(), mapping.protocol()));
    }
    List<Port> ports = new ArrayList<>();
    for (ContainerPort port : all) {
      List<PortMapping> published =
          instance.ports().stream()
              .filter(m -> m.containerPort() == port.port() && m.protocol() == port.protocol())
              .toList();
      String type = ServiceTypes.of(port.port(), port.protocol(), instance.metadata());
      ports.add(new Port(port, published, type, rule(type, instance.metadata())));
    }
    return List.copyOf(ports);
  }

  private static String rule(String type, KoiMetadata metadata) {
    String label = metadata.serviceType().orElse("");
    if (type.equals(label)) {
      return "koi.type says so";
    }
    String rule =
        type.startsWith("_koi-managed.")
            ? "nothing else is usual on this port"
            : "is usual on this port";
    return label.isEmpty() ? rule : rule + "; koi.type=" + label + " is of another transport";
  }
}
