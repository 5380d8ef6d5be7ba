package dev.koi.core.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.koi.Instance;
import dev.koi.PortMapping;
import dev.koi.RuntimeEvent;
import dev.koi.core.explain.Explanation;
import dev.koi.text.Fields;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/**
 * Writes JSON: one line of printable ASCII, with the fields in a fixed order. The names of the
 * fields of an instance are compatible with koi-runtime 0.3.0.
 */
public final class WireFormat {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private WireFormat() {}

  /**
   * Returns an explanation as an object.
   *
   * @param limitation what the backend cannot see, as its status says; may be empty
   * @param announcements the names of the instance on the network; may be empty
   */
  public static String explanation(
      Explanation explanation, String limitation, Collection<? extends Map<?, ?>> announcements) {
    return json(
        Fields.of(
            "instance", explanation.instance(),
            "announced", explanation.announced(),
            "why", explanation.why(),
            "labels", explanation.labels().stream().map(WireFormat::label).toList(),
            "ports", explanation.ports().stream().map(WireFormat::port).toList(),
            "limitation", limitation.isEmpty() ? null : limitation,
            "announcements", announcements.isEmpty() ? null : announcements));
  }

  private static Map<String, Object> label(Explanation.Label label) {
    String effect = label.effect().name().toLowerCase(Locale.ROOT);
    return Fields.of("key", label.key(), "effect", effect, "text", label.text());
  }

  private static Map<String, Object> port(Explanation.Port port) {
    return Fields.of(
        "port", port.port().port(),
        "protocol", port.port().protocol().wireName(),
        "service_type", port.serviceType(),
        "rule", port.rule(),
        "published", port.published());
  }

  /**
   * Returns a value.
   *
   * @param value an instance, an event, or values of the JDK: a text, number or boolean, a map of
   *     fields in their order, a collection; {@code null} is written
   */
  public static String json(Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      write(json, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    return text.toString().replace("\u007f", "\\u007f"); // a control character that Jackson keeps
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Instance instance) {
      write(json, instance.toMap());
    } else if (value instanceof RuntimeEvent event) {
      write(json, event.toMap());
    } else if (value instanceof PortMapping port) {
      write(json, port.toMap());
    } else if (value instanceof Map<?, ?> fields) {
      json.writeStartObject();
      for (Map.Entry<?, ?> field : fields.entrySet()) {
        json.writeFieldName((String) field.getKey());
        write(json, field.getValue());
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> elements) {
      json.writeStartArray();
      for (Object element : elements) {
        write(json, element);
      }
      json.writeEndArray();
    } else {
      json.writePOJO(value); // a text, number or boolean
    }
  }
}
