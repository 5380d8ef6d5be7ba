package dev.koi.testkit.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer about to be sent, for a fault to change. It was made before any delay, so what comes
 * late is old.
 */
public final class Reply {
  final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  int status = 200;
  byte[] body = {};
  EventSpan stream;
  long padding;
  int truncateAt = -1;
  boolean cut;
  boolean hung;
  boolean headersHeld;
  Duration delay = Duration.ZERO;
  Duration pace = Duration.ZERO;
  Runnable beforeSubscribing = () -> {};

  Reply() {}

  /** Answers with this status and, until {@link #body} says otherwise, a message about it. */
  public Reply status(int code) {
    status = code;
    return json("{\"message\":\"simulated failure\",\"response\":" + code + "}\n");
  }

  /** Sets a header; null leaves it out, {@code Date} too. */
  public Reply header(String name, String value) {
    headers.put(name, value);
    if (value == null) {
      headers.remove(name);
    }
    return this;
  }

  /** Answers with this text in UTF-8. */
  public Reply body(String text) {
    body = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** Follows the body with this many blanks, for bodies larger than memory. */
  public Reply pad(long bytes) {
    padding = bytes;
    return this;
  }

  /** Cuts the connection after this many bytes of the body. */
  public Reply truncate(int bytes) {
    truncateAt = bytes;
    return this;
  }

  /** Closes the connection instead of answering. */
  public Reply cut() {
    cut = true;
    return this;
  }

  /** Keeps the answer back until the fault is lifted. */
  public Reply hang() {
    hung = true;
    return this;
  }

  public Reply delay(Duration time) {
    delay = time;
    return this;
  }

  /** Sends the body one byte at a time, with this pause before each. */
  public Reply pace(Duration perByte) {
    pace = perByte;
    return this;
  }

  /** On /events, keeps the headers back until the first event, as buffering proxies do. */
  public Reply holdHeaders() {
    headersHeld = true;
    return this;
  }

  /**
   * On /events, does this after the headers have been sent and before the subscription begins: a
   * change made here is seen only by a client that asks for events {@code since} before.
   */
  public Reply beforeSubscribing(Runnable change) {
    beforeSubscribing = change;
    return this;
  }

  Reply json(String text) {
    headers.put("Content-Type", "application/json");
    return body(text);
  }

  Reply text(String text) {
    headers.put("Content-Type", "text/plain; charset=utf-8");
    return body(text);
  }
}
