package dev.koi.docker.endpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.koi.text.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value in a configuration file of Docker or Podman, read as leniently as these programs do. No
 * message quotes the file, which may hold credentials.
 *
 * @param name what messages call it, as in "Host in /x/meta.json"
 * @param value a map of members, a text, or anything else; {@code null} for nothing
 */
public record ConfigNode(String name, Object value) {

  /**
   * Reads a file that holds a JSON object; nothing if there is no such file or it is empty.
   *
   * @throws IOException if it cannot be read, or holds something else; names it
   */
  public static ConfigNode json(Path file) throws IOException {
    String text = TextFile.read(file).orElse("");
    Object value;
    try (JsonParser json = new JsonFactory().createParser(text)) {
      value = json.nextToken() == null ? null : value(json); // what follows it does not matter
    } catch (JacksonException e) {
      throw new IOException(file + " is no valid JSON"); // its own message would quote the file
    }
    if (value != null && !(value instanceof Map)) {
      throw new IOException(file + " is no JSON object");
    }
    return new ConfigNode(file.toString(), value);
  }

  private static Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> members = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName();
          json.nextToken();
          members.remove(name); // the last one counts, also by its place
          members.put(name, value(json));
        }
        yield members;
      }
      case START_ARRAY -> {
        json.skipChildren();
        yield List.of();
      }
      case VALUE_STRING -> json.getText();
      case VALUE_TRUE -> true;
      case VALUE_NULL -> null;
      default -> 0; // a number or false, which mean nothing here
    };
  }

  /** Returns the last member of that name in any case, as Go's decoders do. */
  public ConfigNode get(String member) {
    Object found = null;
    if (value instanceof Map<?, ?> members) {
      for (Map.Entry<?, ?> each : members.entrySet()) {
        if (member.equalsIgnoreCase((String) each.getKey())) {
          found = each.getValue();
        }
      }
    }
    return new ConfigNode(member + " in " + name, found);
  }

  /** Returns the member of exactly that name. */
  public ConfigNode getExactly(String member) {
    return new ConfigNode(
        member + " in " + name, value instanceof Map<?, ?> members ? members.get(member) : null);
  }

  /** Returns whether there is nothing. */
  public boolean isMissing() {
    return value == null;
  }

  /** Returns whether it is the truth value true. */
  public boolean isTrue() {
    return Boolean.TRUE.equals(value);
  }

  /**
   * Returns the text, or the empty text if there is nothing.
   *
   * @throws IOException if it is something else; names it
   */
  public String text() throws IOException {
    if (value == null) {
      return "";
    }
    if (value instanceof String text) {
      return text;
    }
    throw new IOException(name + " is no text");
  }
}
