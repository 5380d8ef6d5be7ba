package dev.koi.docker.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Reads an engine's JSON without trusting its size or its shape. */
final class Json {

  private static final int MAX_DEPTH = 100;
  private static final int MAX_TEXT = 16 << 20;

  /** For answers of any length, of which little is kept; what is skipped is never in memory. */
  private static final JsonFactory STREAM =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_TEXT)
                  .maxNameLength(MAX_TEXT)
                  .build())
          .build();

  private static final JsonMapper TREE =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_TEXT)
                          .maxNameLength(MAX_TEXT)
                          .maxDocumentLength(MAX_TEXT)
                          .build())
                  .build())
          // also reads to the end, without which a connection could not be used again
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** Returns the one value of an answer; at most 16 MiB. */
  static JsonNode tree(InputStream body) throws IOException {
    return TREE.readTree(body);
  }

  /** Returns the one value of an answer of any length, without what objects hold of that name. */
  static JsonNode treeWithout(String name, InputStream body) throws IOException {
    TokenFilter others =
        new TokenFilter() {
          @Override
          public TokenFilter includeProperty(String property) {
            return property.equals(name) ? null : this;
          }
        };
    return TREE.readTree(
        new FilteringParserDelegate(stream(body), others, Inclusion.INCLUDE_ALL_AND_PATH, true));
  }

  static JsonParser stream(InputStream body) throws IOException {
    return STREAM.createParser(body);
  }

  /**
   * Reads the rest of the object whose opening brace has just been read, and returns its texts and
   * numbers at those paths, as in {@code "Actor.ID"}. What is missing or of another type is left
   * out.
   */
  static Map<String, String> texts(JsonParser parser, Set<String> paths) throws IOException {
    Map<String, String> found = new HashMap<>();
    collect(parser, "", paths, found);
    return found;
  }

  private static void collect(
      JsonParser parser, String prefix, Set<String> paths, Map<String, String> found)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String path = prefix + parser.currentName();
      JsonToken value = parser.nextToken();
      if (value.isScalarValue() && paths.contains(path)) {
        found.put(path, parser.getValueAsString(""));
      } else if (value == JsonToken.START_OBJECT
          && paths.stream().anyMatch(wanted -> wanted.startsWith(path + "."))) {
        collect(parser, path + ".", paths, found);
      } else {
        parser.skipChildren();
      }
    }
  }
}
