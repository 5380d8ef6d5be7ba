package dev.koi.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer that is about to be sent, for a fault to change. It is made before any delay, so a late
 * answer is an old one.
 */
public final class Reply {
  final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  int status = 200;
  byte[] body = {};
  long padding;
  long truncateAt = Long.MAX_VALUE;
  boolean cut;
  boolean headersHeld;
  Duration delay = Duration.ZERO;
  Runnable beforeSubscribing = () -> {};
  EventSpan events;
  Fault heldBy;

  Reply() {}

  /** Answers with this status and, until {@link #body} says otherwise, a message about it. */
  public Reply status(int code) {
    status = code;
    return body("{\"message\":\"simulated status " + code + "\"}\n");
  }

  /** Sets a header; null leaves it out. */
  public Reply header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** Answers with this text in UTF-8. */
  public Reply body(String text) {
    body = text.getBytes(UTF_8);
    return this;
  }

  /** Follows the body with this many blanks. */
  public Reply pad(long bytes) {
    padding = bytes;
    return this;
  }

  /** Cuts the connection after this many bytes of the body. */
  public Reply truncate(long bytes) {
    truncateAt = bytes;
    return this;
  }

  /** Closes the connection instead of answering. */
  public Reply cut() {
    cut = true;
    return this;
  }

  /** Holds the answer back for a time, or until the fault is lifted. */
  public Reply delay(Duration time) {
    delay = time;
    return this;
  }

  /** Holds the answer back until the fault is lifted. */
  public Reply hang() {
    return delay(Duration.ofDays(1));
  }

  /** On /events, keeps the headers back until the first event, as some proxies do. */
  public Reply holdHeaders() {
    headersHeld = true;
    return this;
  }

  /**
   * On /events, does this after the headers have gone and before the subscription begins: only a
   * client that asks for events {@code since} an earlier time sees this change.
   */
  public Reply beforeSubscribing(Runnable change) {
    beforeSubscribing = change;
    return this;
  }

  /** What a client asked /events for, since when in nanoseconds since the epoch. */
  record EventSpan(Filters filters, long since) {}
}
