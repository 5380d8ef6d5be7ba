package dev.koi.serve.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads a stream as a browser does: byte by byte, and a frame counts when its blank line is there.
 */
final class Reader {

  /** A frame: its event and its data. */
  record Frame(String event, String data) {}

  private final List<String> lines = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private OptionalLong lastId = OptionalLong.empty();

  /** What the next connection should send as Last-Event-ID. */
  OptionalLong lastId() {
    return lastId;
  }

  /** Forgets what has arrived of an incomplete frame. */
  void disconnect() {
    lines.clear();
    line.setLength(0);
  }

  /** Takes some bytes, and returns the frames that are complete with them. */
  List<Frame> read(byte[] bytes, int from, int to) {
    List<Frame> frames = new ArrayList<>();
    for (char c : new String(bytes, from, to - from, UTF_8).toCharArray()) {
      if (c != '\n') {
        line.append(c);
      } else if (line.length() > 0) {
        lines.add(line.toString());
        line.setLength(0);
      } else {
        complete(frames);
      }
    }
    return frames;
  }

  List<Frame> read(byte[] bytes) {
    return read(bytes, 0, bytes.length);
  }

  private void complete(List<Frame> frames) {
    String event = "message";
    String data = "";
    for (String each : lines) {
      String value = each.substring(each.indexOf(": ") + 2);
      if (each.startsWith("id: ")) {
        lastId = OptionalLong.of(Long.parseLong(value));
      } else if (each.startsWith("event: ")) {
        event = value;
      } else if (each.startsWith("data: ")) {
        data = value;
      } else if (!each.startsWith("retry: ")) {
        throw new AssertionError("not a line of a stream: " + each);
      }
    }
    if (!data.isEmpty()) {
      frames.add(new Frame(event, data));
    }
    lines.clear();
  }
}
