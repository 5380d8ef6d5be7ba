package dev.koi.docker.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

  private static final JsonFactory TREE =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_TEXT)
                  .maxNameLength(MAX_TEXT)
                  .maxDocumentLength(MAX_TEXT)
                  .build())
          .build();

  private Json() {}

  /** Returns the one value of an answer; at most 16 MiB. */
  static JsonNode tree(InputStream body) throws IOException {
    return onlyNode(TREE.createParser(body));
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
    return onlyNode(
        new FilteringParserDelegate(stream(body), others, Inclusion.INCLUDE_ALL_AND_PATH, true));
  }

  /** Reads to the end, without which a connection could not be used again. */
  private static JsonNode onlyNode(JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      return MissingNode.getInstance();
    }
    JsonNode node = node(parser);
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "more than one value");
    }
    return node;
  }

  /** What a JsonMapper would return, without the tenth of a second that takes to be made. */
  private static JsonNode node(JsonParser parser) throws IOException {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        ObjectNode object = nodes.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          object.set(name, node(parser));
        }
        return object;
      }
      case START_ARRAY -> {
        ArrayNode array = nodes.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(node(parser));
        }
        return array;
      }
      case VALUE_STRING -> {
        return nodes.textNode(parser.getText());
      }
      case VALUE_NUMBER_INT -> {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            ? nodes.numberNode(parser.getBigIntegerValue())
            : nodes.numberNode(parser.getLongValue());
      }
      case VALUE_NUMBER_FLOAT -> {
        return nodes.numberNode(parser.getDoubleValue());
      }
      case VALUE_TRUE, VALUE_FALSE -> {
        return nodes.booleanNode(parser.getBooleanValue());
      }
      case VALUE_NULL -> {
        return nodes.nullNode();
      }
      default -> throw new JsonParseException(parser, "no value");
    }
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
