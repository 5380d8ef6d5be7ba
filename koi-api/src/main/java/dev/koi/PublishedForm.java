package dev.koi;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the form in which an instance is published, the inverse of {@link WireForm}. Any writer may
 * have made it, so no field is trusted.
 */
final class PublishedForm {

  private final Map<?, ?> fields;
  private final String place; // of the fields, for messages; empty or ends with a dot

  PublishedForm(Map<?, ?> fields) {
    this(fields, "");
  }

  private PublishedForm(Map<?, ?> fields, String place) {
    this.fields = fields;
    this.place = place;
  }

  /** {@return a builder that has all facts} */
  Instance.Builder builder(String backend, String id) {
    return Instance.builder(backend, id, required("container_name"))
        .image(text("image"))
        .state(state())
        .health(constant("health", Health.values()))
        .ports(objects("ports", PublishedForm::port))
        .exposedPorts(
            objects(
                "exposed_ports",
                it -> new ContainerPort(it.integer("port"), it.constant("protocol", PROTOCOLS))))
        .networks(objects("networks", it -> Network.of(it.required("name"), it.texts("ips"))))
        .labels(textsByName("labels"))
        .pod(text("pod"))
        .group(text("group"))
        .host(text("host"))
        .startedAt(time("started_at"))
        .life(text("life"));
  }

  /**
   * {@return what the publisher has derived from facts that it may have cut afterwards}
   *
   * @param own what the labels themselves say
   */
  Map<InstanceField, Object> derived(KoiMetadata own) {
    Map<InstanceField, Object> derived = new EnumMap<>(InstanceField.class);
    Trimmer trimmer = new Trimmer();
    String name = text("name");
    if (name != null && !name.isBlank()) {
      derived.put(InstanceField.NAME, trimmer.text(name, Trimmer.MAX_NAME));
    }
    if (fields.containsKey("compose")) {
      derived.put(InstanceField.COMPOSE, compose(object("compose"), trimmer));
    }
    if (fields.containsKey("metadata")) {
      derived.put(InstanceField.METADATA, metadata(own));
    }
    if (trimmer.trimmed() || Boolean.TRUE.equals(fields.get("truncated"))) {
      derived.put(InstanceField.TRUNCATED, true);
    }
    return derived;
  }

  private static final PortProtocol[] PROTOCOLS = PortProtocol.values();

  private static PortMapping port(PublishedForm port) {
    return new PortMapping(
        port.integer("host_port"),
        port.integer("container_port"),
        port.constant("protocol", PROTOCOLS),
        port.required("host_ip"));
  }

  private static Compose compose(PublishedForm compose, Trimmer trimmer) {
    return new Compose(
        trimmer.text(compose.required("project"), Trimmer.MAX_NAME),
        trimmer.text(compose.required("service"), Trimmer.MAX_NAME),
        compose.fields.containsKey("number") ? Math.max(0, compose.integer("number")) : 0,
        Boolean.TRUE.equals(compose.fields.get("oneoff")));
  }

  /** A later version may have more states. */
  private InstanceState state() {
    String name = required("state");
    return Arrays.stream(InstanceState.values())
        .filter(state -> state.wireName().equals(name))
        .findFirst()
        .orElse(InstanceState.UNKNOWN);
  }

  /**
   * Returns the settings that were published, which need not be those of the labels: the publisher
   * has read the environment too. They are read as labels, so the rules for labels hold.
   */
  private KoiMetadata metadata(KoiMetadata own) {
    PublishedForm settings = object("metadata");
    Map<String, String> labels = new TreeMap<>();
    for (MetadataField field : MetadataField.values()) {
      Object value = settings.fields.get(field.toString());
      if (field == MetadataField.TXT) {
        settings
            .textsByName(field.toString())
            .forEach((key, text) -> labels.put(field.label() + key, text));
      } else if (value != null && field != MetadataField.SOURCE) {
        labels.put(field.label(), value.toString()); // a duration is a number of seconds
      }
    }
    return new LabelReader(labels, null)
        .read()
        .from(settings.text(MetadataField.SOURCE.toString()), own.problems(), own.readings());
  }

  private IllegalArgumentException invalid(String name, String reason) {
    return new IllegalArgumentException(place + name + " " + reason);
  }

  private String text(String name) {
    Object value = fields.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw invalid(name, "must be a text");
  }

  private String required(String name) {
    String text = text(name);
    if (text == null) {
      throw invalid(name, "is missing");
    }
    return text;
  }

  private int integer(String name) {
    if (fields.get(name) instanceof Number number && number.doubleValue() == number.intValue()) {
      return number.intValue();
    }
    throw invalid(name, "must be a whole number");
  }

  private Instant time(String name) {
    String text = text(name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw invalid(name, "must be a time");
    }
  }

  private <E extends Enum<E>> E constant(String name, E[] constants) {
    String text = required(name);
    for (E constant : constants) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    throw invalid(name, "must be one of " + Arrays.toString(constants).toLowerCase(Locale.ROOT));
  }

  private PublishedForm object(String name) {
    if (fields.get(name) instanceof Map<?, ?> object) {
      return new PublishedForm(object, place + name + ".");
    }
    throw invalid(name, "must be an object");
  }

  private Map<String, String> textsByName(String name) {
    Map<String, String> texts = new TreeMap<>();
    if (fields.containsKey(name)) {
      PublishedForm object = object(name);
      object.fields.forEach((key, value) -> texts.put((String) key, object.required((String) key)));
    }
    return texts;
  }

  private List<?> list(String name) {
    Object value = fields.get(name);
    if (value == null || value instanceof List<?>) {
      return value == null ? List.of() : (List<?>) value;
    }
    throw invalid(name, "must be a list");
  }

  private List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object element : list(name)) {
      if (!(element instanceof String text)) {
        throw invalid(name, "must be a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  private <T> List<T> objects(String name, Function<PublishedForm, T> reader) {
    List<T> objects = new ArrayList<>();
    for (Object element : list(name)) {
      if (!(element instanceof Map<?, ?> object)) {
        throw invalid(name, "must be a list of objects");
      }
      objects.add(reader.apply(new PublishedForm(object, place + name + "[].")));
    }
    return objects;
  }
}
