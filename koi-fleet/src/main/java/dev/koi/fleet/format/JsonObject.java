package dev.koi.fleet.format;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An object in JSON: written in ASCII, and read without trusting the types of its fields. */
final class JsonObject {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // would keep a stranger's names
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(10).maxNumberLength(20).build())
          .build();

  private final Map<String, Object> values;

  private JsonObject(Map<String, Object> values) {
    this.values = values;
  }

  static String json(Map<String, ?> fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      write(json, fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Map<?, ?> fields) {
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

  /**
   * Returns the fields of an object.
   *
   * @throws IllegalArgumentException if it is none; does not quote it
   */
  static JsonObject parse(String json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      Object value = read(parser);
      if (parser.nextToken() == null && value instanceof Map<?, ?>) {
        return new JsonObject(object(value));
      }
    } catch (JacksonException e) {
      // its message would quote a stranger's text
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a String does not fail
    }
    throw new IllegalArgumentException("is not one JSON object");
  }

  private static Object read(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, Object> fields = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        Object value = read(parser);
        if (value != null) {
          fields.put(name, value);
        }
      }
      return fields;
    } else if (token == JsonToken.START_ARRAY) {
      List<Object> elements = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(read(parser));
      }
      return elements;
    } else if (token == JsonToken.VALUE_NUMBER_INT) {
      return parser.getNumberValue();
    } else if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return parser.getBooleanValue();
    }
    return token == null || token == JsonToken.VALUE_NULL ? null : parser.getText();
  }

  /** Returns the map that read() has made. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  /** Refuses what another version of this format may mean. */
  void requireVersion(int version) {
    if (integer("v") != version) {
      throw new IllegalArgumentException(
          "v must be " + version + ": another version of Koi has written it");
    }
  }

  /** Returns the text of a field; empty if there is none. */
  String text(String name) {
    return values.getOrDefault(name, "") instanceof String text ? text : "";
  }

  /** Returns the number of a field; 0 if there is none. */
  long integer(String name) {
    return values.get(name) instanceof Number number ? number.longValue() : 0;
  }

  /** Returns the fields of an object; none if the field is no object. */
  Map<String, Object> map(String name) {
    return values.get(name) instanceof Map<?, ?> fields ? object(fields) : Map.of();
  }

  /** Returns the objects of a list. */
  List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    if (values.get(name) instanceof List<?> elements) {
      for (Object element : elements) {
        if (element instanceof Map<?, ?>) {
          objects.add(new JsonObject(object(element)));
        }
      }
    }
    return objects;
  }
}
