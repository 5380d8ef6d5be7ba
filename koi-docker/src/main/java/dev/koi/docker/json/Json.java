package dev.koi.docker.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.koi.text.Prefix;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads JSON without trusting its size or its shape. It stands on one value at a time; a value that
 * the caller does not read is skipped and never in memory, and a value of another type than asked
 * for counts as empty. Texts and names are cut after {@value ShortTexts#MAX_LENGTH} characters.
 */
public final class Json {

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE) // the caller's
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // would keep a stranger's names
          .build();

  private final ShortTexts input;
  private final JsonParser parser;

  /** Reads one field of an object; the reader stands on its value. */
  public interface FieldReader {
    /**
     * Reads the value, or leaves it.
     *
     * @param name the field's name
     */
    void field(String name) throws IOException;
  }

  /** Reads one element of an array; the reader stands on it. */
  public interface ElementReader {
    /** Reads the element, or leaves it. */
    void element() throws IOException;
  }

  /**
   * Begins to read; {@link #next} goes to the first value.
   *
   * @param maxLength of a value, and of what lies before it, in characters
   */
  public Json(InputStream input, long maxLength) throws IOException {
    this.input = new ShortTexts(new InputStreamReader(input, UTF_8), maxLength);
    parser = FACTORY.createParser(this.input);
  }

  /** Returns how many characters were read so far. */
  public long length() {
    return input.total();
  }

  /**
   * Goes to the next top-level value, and returns whether there is one.
   *
   * @throws IOException if the input breaks or is no JSON
   */
  public boolean next() throws IOException {
    if (parser.currentToken() != null) {
      parser.skipChildren(); // if the last value was not read
    }
    input.begin();
    return parser.nextToken() != null;
  }

  /**
   * Reads the only value, which must be an object.
   *
   * @param reader reads it, standing on it
   */
  public void onlyObject(ElementReader reader) throws IOException {
    only(JsonToken.START_OBJECT, reader);
  }

  /** Reads the only value, which must be an array. */
  public void onlyArray(ElementReader elements) throws IOException {
    only(JsonToken.START_ARRAY, () -> array(elements));
  }

  private void only(JsonToken start, ElementReader reader) throws IOException {
    if (parser.nextToken() != start) {
      throw new JsonParseException(parser, "not a value of the expected type");
    }
    reader.element();
    if (next()) {
      throw new JsonParseException(parser, "more than one value");
    }
  }

  /** Reads the fields of the object it stands on; none if that is no object. */
  public void object(FieldReader fields) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        fields.field(name);
        parser.skipChildren();
      }
    }
  }

  /** Returns those texts of the object it stands on; what is missing is empty. */
  public Map<String, String> texts(Set<String> names) throws IOException {
    Map<String, String> texts = new HashMap<>();
    names.forEach(name -> texts.put(name, ""));
    object(
        name -> {
          if (names.contains(name)) {
            texts.put(name, text());
          }
        });
    return texts;
  }

  /** Reads the elements of the array it stands on; none if that is no array. */
  public void array(ElementReader elements) throws IOException {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.element();
        parser.skipChildren();
      }
    }
  }

  /** Returns whether it stands on a text. */
  public boolean isText() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  /** Returns the text, number or truth value it stands on as text; empty if it is none of them. */
  public String text() throws IOException {
    return parser.currentToken().isScalarValue() ? parser.getValueAsString("") : "";
  }

  /** Returns the beginning of the {@link #text}. */
  public String text(int maxLength) throws IOException {
    return Prefix.of(text(), maxLength);
  }

  /** Returns whether it stands on {@code true}. */
  public boolean isTrue() {
    return parser.currentToken() == JsonToken.VALUE_TRUE;
  }
}
