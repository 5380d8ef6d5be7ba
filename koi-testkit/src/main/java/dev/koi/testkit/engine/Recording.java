package dev.koi.testkit.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a real engine answered and sent during one operation, read from files {@code
 * <operation>.events.jsonl}, {@code <operation>.list.json}, {@code <operation>.listall.json} and
 * {@code <operation>.inspect.json} (one more for each further container: {@code
 * <operation>.<name>.inspect.json}), of which any may be missing.
 */
public final class Recording {
  static final Recording NOTHING = new Recording(List.of(), Map.of(), Map.of());

  private final List<String> events;
  private final Map<String, String> inspections;
  private final Map<Boolean, String> lists;

  private Recording(
      List<String> events, Map<String, String> inspections, Map<Boolean, String> lists) {
    this.events = events;
    this.inspections = inspections;
    this.lists = lists;
  }

  /** Reads the recording of an operation, such as {@code pause-unpause}, from a directory. */
  public static Recording read(Path directory, String operation) throws IOException {
    Map<String, String> inspections = new HashMap<>();
    Map<Boolean, String> lists = new HashMap<>();
    List<String> events = List.of();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, operation + ".*")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String text = Files.readString(file);
        if (name.endsWith(".events.jsonl")) {
          events = text.lines().toList();
        } else if (name.equals(operation + ".list.json")) {
          lists.put(false, text);
        } else if (name.equals(operation + ".listall.json")) {
          lists.put(true, text);
        } else if (name.endsWith(".inspect.json")) {
          JsonNode container = EngineJson.MAPPER.readTree(text);
          inspections.put(container.path("Id").asText(), text);
          inspections.put(container.path("Name").asText().replace("/", ""), text);
        }
      }
    }
    return new Recording(events, inspections, lists);
  }

  /** The events as the engine wrote them, one JSON text each. */
  public List<String> events() {
    return events;
  }

  /** Puts what was recorded, if anything, in the place of an answer. */
  void answer(EngineRequest request, Reply reply) {
    String text =
        switch (request.endpoint()) {
          case LIST -> lists.get(request.query().matches(".*all=(1|true).*"));
          case INSPECT -> inspections.get(request.path().replaceAll(".*/containers/|/json$", ""));
          default -> null;
        };
    if (text != null) {
      reply.status(200).body(text);
    }
  }
}
