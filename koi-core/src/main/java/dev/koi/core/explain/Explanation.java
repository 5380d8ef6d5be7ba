package dev.koi.core.explain;

import dev.koi.ContainerPort;
import dev.koi.Instance;
import dev.koi.KoiMetadata;
import dev.koi.LabelProblem;
import dev.koi.LabelReading;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.ServiceTypes;
import dev.koi.text.Prefix;
import dev.koi.text.Secrets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How Koi reads an instance, with the reasons. A pure function of the instance.
 *
 * @param instance the instance
 * @param labels the effect of each label and of {@code KOI_MDNS_ANNOUNCE}, sorted by key
 * @param ports its ports, published or not, sorted
 * @param announced whether its labels ask to announce it and it publishes a port; the host may
 *     forbid it
 * @param why the reason for that, in one sentence
 */
public record Explanation(
    Instance instance, List<Label> labels, List<Port> ports, boolean announced, String why) {

  private static final String ENABLE = "koi.enable";
  static final int MAX_KEY = 128; // as readings and problems cut keys

  /** The effect of a label. */
  public enum Effect {
    /** It set fields of the metadata, or how Prometheus scrapes the instance. */
    SETS,
    /** It is a label for Koi, but its key or value is invalid. */
    REJECTED,
    /** It could set fields, but other labels take precedence. */
    OVERRULED,
    /** It states the instance's place in a Compose project. */
    COMPOSE,
    /** Koi does not use it. */
    IGNORED
  }

  /**
   * One label.
   *
   * @param key its key, or the name of the environment variable, cut to 128 characters
   * @param effect its effect
   * @param text the fields it set, or the reason why it has no effect; to be read after the key.
   *     Values of keys that look like a secret's are masked.
   */
  public record Label(String key, Effect effect, String text) {}

  /**
   * One port.
   *
   * @param port the port inside the container
   * @param published its mappings to the host; empty if it is not published
   * @param serviceType its DNS-SD service type
   * @param rule the reason for that type
   */
  public record Port(
      ContainerPort port, List<PortMapping> published, String serviceType, String rule) {}

  /** Explains an instance. */
  public static Explanation of(Instance instance) {
    List<Port> ports = ports(instance);
    boolean published =
        instance.ports().stream().anyMatch(port -> port.protocol() != PortProtocol.SCTP);
    boolean announced = published && instance.metadata().enable().orElse(false);
    String why = why(instance.metadata(), published);
    return new Explanation(instance, labels(instance), ports, announced, why);
  }

  private static String why(KoiMetadata metadata, boolean published) {
    if (metadata.enable().isEmpty()) {
      boolean rejected = metadata.problems().stream().anyMatch(p -> p.key().equals(ENABLE));
      return rejected
          ? "its label koi.enable was rejected"
          : "nothing asks for it; the label koi.enable=true would";
    }
    boolean wanted = metadata.enable().get();
    if (wanted && !published) {
      return "it publishes no TCP or UDP port; publish one, as in -p 8080:80";
    }
    String key =
        metadata.readings().stream()
            .filter(reading -> reading.field().equals("enable"))
            .findFirst()
            .orElseThrow()
            .key();
    return (key.equals(ENABLE) ? ENABLE + "=" + wanted : key)
        + (wanted ? " asks for it" : " says not to");
  }

  private static List<Label> labels(Instance instance) {
    SortedMap<String, List<Label>> labels = new TreeMap<>();
    for (String key : instance.labels().keySet()) {
      labels.put(Prefix.of(key, MAX_KEY), new ArrayList<>());
    }
    for (LabelReading reading : instance.metadata().readings()) {
      List<Label> ofKey = labels.computeIfAbsent(reading.key(), key -> new ArrayList<>());
      Label label = label(reading);
      int last = ofKey.size() - 1;
      if (last >= 0 && label.effect() == Effect.SETS) { // one label, several fields
        String text = ofKey.get(last).text() + ", " + label.text();
        ofKey.set(last, new Label(label.key(), Effect.SETS, text));
      } else {
        ofKey.add(label);
      }
    }
    for (LabelProblem problem : instance.metadata().problems()) {
      labels
          .computeIfAbsent(problem.key(), key -> new ArrayList<>())
          .add(new Label(problem.key(), Effect.REJECTED, problem.reason()));
    }
    for (Label label : ScrapeLabels.of(instance.labels()).effects()) {
      labels.computeIfAbsent(label.key(), key -> new ArrayList<>()).add(label);
    }
    labels.forEach(
        (key, ofKey) -> {
          if (ofKey.isEmpty()) {
            ofKey.add(new Label(key, Effect.IGNORED, "contains nothing that Koi uses"));
          }
        });
    return labels.values().stream().flatMap(List::stream).toList();
  }

  private static Label label(LabelReading reading) {
    String key = reading.key();
    return switch (reading.field()) {
      case "" -> new Label(key, Effect.OVERRULED, reading.text());
      case "compose" -> new Label(key, Effect.COMPOSE, reading.text());
      default ->
          new Label(
              key, Effect.SETS, reading.field() + " = " + Secrets.masked(key, reading.text()));
    };
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
