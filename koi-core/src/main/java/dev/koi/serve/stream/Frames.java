package dev.koi.serve.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendSynced;
import dev.koi.core.wire.WireFormat;
import dev.koi.text.Fields;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Writes the frames of a stream: texts in ASCII, each with an event and its data on one line. */
final class Frames {

  /**
   * The connection still works. An event without data would never reach the script of a page, so
   * this one and the next have an empty object.
   */
  static final byte[] PING = frame("ping", "{}");

  /** The server ends. */
  static final byte[] BYE = frame("bye", "{}");

  private Frames() {}

  /**
   * Returns an event as {@code koi watch --json} writes it. The event that a backend's first list
   * is complete is called {@code connected} here, because {@code synced} is about the whole
   * picture.
   */
  static byte[] of(RuntimeEvent event) {
    return frame(
        event instanceof BackendSynced ? "connected" : event.type(), WireFormat.json(event));
  }

  /**
   * Returns the first frame of a stream.
   *
   * @param retry after how many milliseconds the client should connect again
   * @param resumed whether the missed changes follow, and not the whole picture
   * @param instances how many instances the client can see
   * @param backends the status of each entry
   */
  static byte[] hello(
      int retry, boolean resumed, int instances, List<? extends Map<String, ?>> backends) {
    Map<String, Object> fields =
        Fields.of("resumed", resumed, "instances", instances, "backends", backends);
    byte[] time = ascii("retry: " + retry + "\n\n");
    byte[] hello = frame("hello", WireFormat.json(fields));
    byte[] both = new byte[time.length + hello.length];
    System.arraycopy(time, 0, both, 0, time.length);
    System.arraycopy(hello, 0, both, time.length, hello.length);
    return both;
  }

  /**
   * Returns the frame that says that the picture is complete.
   *
   * @param unlisted the backends that it does not cover, because they have not been listed yet
   */
  static byte[] synced(Collection<String> unlisted) {
    return frame("synced", WireFormat.json(Map.of("unlisted", List.copyOf(unlisted))));
  }

  /**
   * Returns the line that belongs before a frame after which a client may resume at that number.
   */
  static byte[] id(long number) {
    return ascii("id: " + number + "\n");
  }

  private static byte[] frame(String event, String data) {
    return ascii("event: " + event + "\ndata: " + data + "\n\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
