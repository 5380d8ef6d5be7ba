package dev.koi.fleet.etcd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Reads a server's JSON. It stands on one value at a time; a value that the caller does not read is
 * skipped, and never in memory.
 */
final class Json {

  private static final int MAX_TEXT = 64 << 10; // of what is not the value of a key

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(20).maxStringLength(MAX_TEXT).build())
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE) // the caller's
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // would keep a stranger's names
          .build();

  /** Makes JSON. */
  static JsonFactory factory() {
    return FACTORY;
  }

  private final JsonParser parser;

  /** Reads one field of an object; the reader stands on its value. */
  interface FieldReader {
    /** Reads the value of that field, or leaves it. */
    void field(String name) throws IOException;
  }

  /** Reads one element of an array; the reader stands on it. */
  interface ElementReader {
    /** Reads the element, or leaves it. */
    void element() throws IOException;
  }

  Json(InputStream input) throws IOException {
    parser = FACTORY.createParser(input);
  }

  /** Goes to the next top-level value, and returns whether there is one. */
  boolean next() throws IOException {
    return parser.nextToken() != null;
  }

  /** Reads the fields of the object it stands on. */
  void object(FieldReader fields) throws IOException {
    require(JsonToken.START_OBJECT);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      fields.field(name);
      parser.skipChildren();
    }
  }

  /** Reads the elements of the array it stands on. */
  void array(ElementReader elements) throws IOException {
    require(JsonToken.START_ARRAY);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.element();
      parser.skipChildren();
    }
  }

  private void require(JsonToken expected) throws IOException {
    if (parser.currentToken() != expected) {
      throw new JsonParseException(parser, "not a value of the expected type");
    }
  }

  /** Returns the number it stands on, which the gateway writes as text. */
  long number() throws IOException {
    return parser.getValueAsLong();
  }

  String text() throws IOException {
    return parser.getValueAsString("");
  }

  boolean isTrue() {
    return parser.currentToken() == JsonToken.VALUE_TRUE;
  }

  /** Returns the first of the bytes it stands on, as one character each. */
  String firstBytes(int max) throws IOException {
    return base64(new Beginning(max)).bytes.toString(ISO_8859_1);
  }

  /** Returns the bytes it stands on; null if there are more than that. */
  byte[] bytes(int max) throws IOException {
    Beginning beginning = base64(new Beginning(max + 1));
    return beginning.bytes.size() > max ? null : beginning.bytes.toByteArray();
  }

  private Beginning base64(Beginning beginning) throws IOException {
    require(JsonToken.VALUE_STRING);
    parser.readBinaryValue(Base64Variants.MIME_NO_LINEFEEDS, beginning);
    return beginning;
  }

  /** Keeps the first bytes. */
  private static final class Beginning extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int max;

    Beginning(int max) {
      this.max = max;
    }

    @Override
    public void write(int next) {
      if (bytes.size() < max) {
        bytes.write(next);
      }
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      bytes.write(buffer, offset, Math.min(length, max - bytes.size()));
    }
  }
}
