package dev.koi;

import dev.koi.text.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The model as plain values of the JDK, which any JSON library can write: texts, numbers, booleans,
 * lists, and maps with the wire names as keys. A field without a value is left out.
 */
final class WireForm {

  private WireForm() {}

  /** {@return the values by the names of their fields, in the order of the fields} */
  static Map<String, Object> of(Map<? extends Enum<?>, Object> values) {
    Map<String, Object> fields = new LinkedHashMap<>();
    values.forEach((field, value) -> fields.put(field.toString(), plain(value)));
    return Collections.unmodifiableMap(fields);
  }

  static Map<String, Object> of(RuntimeEvent event) {
    return fields(
        "type", event.type(),
        "time", event.time(),
        "sequence", event.sequence(),
        "backend", event.backend(),
        "instance", event instanceof RuntimeEvent.InstanceEvent it ? it.instance() : null,
        "changed", event instanceof RuntimeEvent.Updated it ? it.changed() : null,
        "reason", event instanceof RuntimeEvent.BackendDisconnected it ? it.reason() : null);
  }

  private static Map<String, Object> of(Compose compose) {
    return fields(
        "project",
        compose.project(),
        "service",
        compose.service(),
        "number",
        compose.number() == 0 ? null : compose.number(),
        "oneoff",
        compose.oneOff() ? true : null);
  }

  private static Object plain(Object value) {
    if (value instanceof Instance instance) {
      return instance.toMap();
    } else if (value instanceof PortMapping port) {
      return port.toMap();
    } else if (value instanceof ContainerPort port) {
      return fields("port", port.port(), "protocol", port.protocol());
    } else if (value instanceof Network network) {
      return fields("name", network.name(), "ips", network.ips());
    } else if (value instanceof Compose compose) {
      return of(compose);
    } else if (value instanceof KoiMetadata metadata) {
      return metadata.toMap();
    } else if (value instanceof Collection<?> elements) {
      List<Object> list = new ArrayList<>();
      elements.forEach(element -> list.add(plain(element)));
      return list;
    } else if (value instanceof Duration duration) {
      return duration.toSeconds();
    } else if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT);
    }
    return value instanceof Instant ? value.toString() : value;
  }

  /** {@return a map of names, each followed by its value; null leaves a field out} */
  static Map<String, Object> fields(Object... namesAndValues) {
    return Fields.of(Arrays.stream(namesAndValues).map(WireForm::plain).toArray());
  }
}
