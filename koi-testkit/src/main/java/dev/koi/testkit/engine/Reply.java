package dev.koi.testkit.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * An answer that is about to be sent, for a fault to change. It is made before any delay, so a late
 * answer is an old one.
 */
public final class Reply {
  final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  int status = 200;
  String rawHead = ""; // replaces status and headers unless empty
  byte[] body = {};
  Repetition repetition;
  long padding;
  long truncateAt = Long.MAX_VALUE;
  boolean cut;
  boolean headersHeld;
  Duration delay = Duration.ZERO;
  Runnable beforeSubscribing = () -> {};
  EventSpan events;
  Fault heldBy;
  Fault repeatedBy;
  ReceivedRequest request; // that it answers

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

  /**
   * Follows the body with many pieces, and then with a last one. They are made while they are sent,
   * so that they may be more than any memory holds. When the fault is lifted, they end, and the
   * connection is cut. On /events no real events are sent.
   *
   * @param times how many; {@code Long.MAX_VALUE} goes on until the client leaves
   * @param piece makes a piece of its number, from 0
   */
  public Reply repeat(long times, LongFunction<String> piece, String last) {
    repetition = new Repetition(times, Duration.ZERO, piece, last);
    return this;
  }

  /** Follows the body with a piece again and again, until the client leaves. */
  public Reply endless(String piece) {
    return endless(number -> piece);
  }

  /** Follows the body with one piece after another, each made of its number from 0. */
  public Reply endless(LongFunction<String> piece) {
    return repeat(Long.MAX_VALUE, piece, "");
  }

  /** Sends the body a byte at a time, and waits before each. */
  public Reply drip(Duration pause) {
    byte[] all = body;
    body = new byte[0];
    repetition =
        new Repetition(
            all.length, pause, number -> new String(all, (int) number, 1, ISO_8859_1), "");
    return this;
  }

  /**
   * Sends these characters in place of the status, the headers and the framing of the body, which
   * follows as it is: for answers that are no valid HTTP.
   */
  public Reply rawHead(String head) {
    rawHead = head;
    return body("");
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

  /** What follows the body, made while it is sent. */
  record Repetition(long times, Duration pause, LongFunction<String> piece, String last) {}

  /** What a client asked /events for, since when in nanoseconds since the epoch. */
  record EventSpan(Filters filters, long since) {}
}
