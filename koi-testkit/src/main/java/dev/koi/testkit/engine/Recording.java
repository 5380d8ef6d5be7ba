package dev.koi.testkit.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a real engine answered and sent during one operation, read from files {@code
 * <operation>.events.jsonl}, {@code <operation>.list.json}, {@code <operation>.listall.json} and,
 * for each container, {@code <operation>[.<name>].inspect.json}, of which any may be missing. Of
 * several about one container the one without a name counts.
 */
public final class Recording {
  static final Recording NOTHING = new Recording();

  private final Map<String, String> bodies = new HashMap<>(); // by list, listall, id and name
  private List<String> events = List.of();

  private Recording() {}

  /** Reads the recording of an operation, such as {@code pause-unpause}, from a directory. */
  public static Recording read(Path directory, String operation) throws IOException {
    Recording recording = new Recording();
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> longestFirst = // so that what was seen on the way gives place to the end
          files
              .filter(file -> file.getFileName().toString().startsWith(operation + "."))
              .sorted(Comparator.comparing(file -> -file.toString().length()))
              .toList();
      for (Path file : longestFirst) {
        String[] parts = file.getFileName().toString().split("\\.", -1);
        recording.add(parts[parts.length - 2], Files.readString(file));
      }
    }
    return recording;
  }

  /** The events as the engine wrote them, one JSON text each. */
  public List<String> events() {
    return events;
  }

  private void add(String kind, String text) throws IOException {
    switch (kind) {
      case "events" -> events = text.lines().toList();
      case "inspect" -> {
        JsonNode container = EngineJson.MAPPER.readTree(text);
        bodies.put(container.path("Id").asText(), text);
        bodies.put(container.path("Name").asText().replace("/", ""), text);
      }
      default -> bodies.put(kind, text);
    }
  }

  /** Puts what was recorded, if anything, in the place of an answer. */
  void answer(EngineRequest request, Reply reply) {
    String kind =
        switch (request.endpoint()) {
          case LIST -> request.query().matches(".*all=(1|true).*") ? "listall" : "list";
          case INSPECT -> request.path().replaceAll(".*/containers/|/json$", "");
          default -> "";
        };
    if (bodies.containsKey(kind)) {
      reply.status(200).body(bodies.get(kind));
    }
  }
}
