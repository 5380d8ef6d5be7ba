package dev.koi.testkit.engine;

import static dev.koi.testkit.engine.Endpoint.EVENTS;
import static dev.koi.testkit.engine.Endpoint.INSPECT;
import static dev.koi.testkit.engine.Endpoint.LIBPOD_LIST;
import static dev.koi.testkit.engine.Endpoint.LIST;
import static dev.koi.testkit.engine.Endpoint.PING;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What an engine may send to harm its client, or what may pass through it from the author of a
 * container. Each takes memory, time or a thread of a client that believes it; see {@link
 * Faults#attack}.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state, and the list is a copy
public enum Hostility {
  /** A list without an end, each row a new container. */
  ENDLESS_LIST(r -> r.body("[").endless(n -> row(n, "running", "{}") + ","), LIST, LIBPOD_LIST),

  /** A list of which no row is a container. */
  LIST_OF_NOTHING(r -> r.body("[").endless("[],{},null,7,"), LIST, LIBPOD_LIST),

  /** A list that nests without an end. */
  DEEP_LIST(r -> r.body("").endless("["), LIST, LIBPOD_LIST),

  /** Nesting without an end where a client has nothing to read. */
  DEEP_DETAIL(r -> r.body("{\"Id\":\"" + id(r) + "\",\"Mounts\":").endless("{\"a\":["), INSPECT),

  /** A list of many containers, each with labels of 32 KB, also in its inspection. */
  CROWD(Hostility::crowd, LIST, LIBPOD_LIST, INSPECT),

  /** A list that comes one byte at a time. */
  DRIPPED_LIST(r -> r.drip(Duration.ofMillis(200)), LIST, LIBPOD_LIST),

  /** Labels without an end. */
  ENDLESS_LABELS(r -> config(r, "\"Labels\":{").endless(n -> label(n, "x") + ","), INSPECT),

  /** A million labels in a valid answer. */
  MANY_LABELS(
      r -> config(r, "\"Labels\":{").repeat(1_000_000, n -> label(n, "x") + ",", "\"z\":\"\"}}}"),
      INSPECT),

  /** Labels, each longer than a client may want to hold. */
  LONG_LABELS(
      r ->
          config(r, "\"Labels\":{")
              .repeat(200, n -> label(n, "\u00fc\u4e16".repeat(30_000)) + ",", "\"z\":\"\"}}}"),
      INSPECT),

  /** One label without an end. */
  ENDLESS_LABEL(r -> config(r, "\"Labels\":{\"koi.name\":\"").endless("xyz"), INSPECT),

  /** An environment without an end, of variables that a client may look for. */
  ENDLESS_ENVIRONMENT(
      r -> config(r, "\"Env\":[").endless(n -> "\"KOI_" + n + "=" + "v".repeat(2000) + "\","),
      INSPECT),

  /** All ports there are, each published on an address of any length. */
  MANY_PORTS(
      r ->
          running(r, "\"NetworkSettings\":{\"Ports\":{")
              .repeat(
                  65_535,
                  n ->
                      "\"%d/tcp\":[{\"HostIp\":\"%s\",\"HostPort\":\"%d\"}],"
                          .formatted(n + 1, "1".repeat(300), n + 1),
                  "\"1/udp\":null}}}"),
      INSPECT),

  /** Networks with names and addresses of any length. */
  MANY_NETWORKS(
      r ->
          running(r, "\"NetworkSettings\":{\"Networks\":{")
              .repeat(
                  4000,
                  n ->
                      "\"%s%d\":{\"IPAddress\":\"%s\"},"
                          .formatted("n".repeat(2000), n, "1".repeat(2000)),
                  "\"z\":{}}}}"),
      INSPECT),

  /** Each container uses the network of another one, which does not stop. */
  NETWORK_CHAIN(
      r -> running(r, "\"HostConfig\":{\"NetworkMode\":\"container:" + next(id(r)) + "\"}}"),
      INSPECT),

  /** Events of ever-new containers, as fast as they go. */
  ENDLESS_EVENTS(r -> r.body("").endless(n -> event(id(n))), EVENTS),

  /** Events whose containers have ids of any length. */
  LONG_IDS(r -> r.body("").endless(n -> event(id(n) + "f".repeat(100_000))), EVENTS),

  /** Ever-new containers, none of which can be inspected. */
  BROKEN_CONTAINERS(
      r -> {
        if (r.request.endpoint() == INSPECT) {
          r.status(500);
        } else {
          r.body("").repeat(Long.MAX_VALUE, n -> event(id(n)), "");
        }
      },
      EVENTS,
      INSPECT),

  /** One event without an end. */
  ENDLESS_EVENT(r -> r.body("{\"Type\":\"container\",\"Action\":\"").endless("start"), EVENTS),

  /** Blanks in place of events, as fast as they go. */
  ENDLESS_BLANKS(r -> r.body("").endless(" \n\t"), EVENTS),

  /** An error whose message does not end. */
  ENDLESS_ERROR(r -> r.status(500).body("{\"message\":\"").endless("no "), LIST, INSPECT, EVENTS),

  /** An answer to a ping that does not end. */
  ENDLESS_PING(r -> r.body("OK").endless("OK"), PING),

  /** A header without an end. */
  ENDLESS_HEADER(r -> r.rawHead("HTTP/1.1 200 OK\r\nX: ").endless("x")),

  /** Headers without an end. */
  ENDLESS_HEADERS(r -> r.rawHead("HTTP/1.1 200 OK\r\n").endless("X: " + "x".repeat(900) + "\r\n")),

  /** Answers that are none yet, without an end. */
  ENDLESS_INTERIM(
      r -> r.rawHead("HTTP/1.1 100 Continue\r\n\r\n").endless("HTTP/1.1 100 Continue\r\n\r\n")),

  /** A piece of a body whose length is a number without an end. */
  ENDLESS_CHUNK(
      r ->
          r.rawHead("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
              .endless("\u001b[2J\u0007secret")),

  /** Versions that make long paths and long messages. */
  ODD_VERSIONS(
      r ->
          r.header("Api-Version", "9999.9999")
              .header("Libpod-Api-Version", "5".repeat(60_000))
              .header("Server", "Libpod/" + "5".repeat(60_000)),
      PING);

  private static final int CROWD_SIZE = 20_000;
  private static final String LABELS_OF_32_KB =
      LongStream.range(0, 8)
          .mapToObj(n -> label(n, "x".repeat(4000)))
          .collect(Collectors.joining(",", "{", "}"));

  private final Consumer<Reply> change;
  private final List<Endpoint> endpoints;

  Hostility(Consumer<Reply> change, Endpoint... endpoints) {
    this.change = change;
    this.endpoints = List.of(endpoints);
  }

  Endpoint[] endpoints() {
    return endpoints.toArray(Endpoint[]::new);
  }

  void change(Reply reply) {
    change.accept(reply);
  }

  private static void crowd(Reply reply) {
    if (reply.request.endpoint() == INSPECT) {
      reply.status(200);
      config(reply, "\"Labels\":" + LABELS_OF_32_KB + "}}");
    } else {
      reply.body("[").repeat(CROWD_SIZE, n -> row(n, "running", LABELS_OF_32_KB) + ",", "null]");
    }
  }

  private static Reply config(Reply reply, String rest) {
    return running(reply, "\"Config\":{" + rest);
  }

  private static Reply running(Reply reply, String rest) {
    String state = "\"State\":{\"Status\":\"running\",\"Running\":true},";
    return reply.body("{\"Id\":\"" + id(reply) + "\",\"Name\":\"/hostile\"," + state + rest);
  }

  private static String row(long number, String state, String labels) {
    return "{\"Id\":\"%s\",\"Names\":[\"/n%d\"],\"State\":\"%s\",\"Labels\":%s}"
        .formatted(id(number), number, state, labels);
  }

  private static String label(long number, String value) {
    return "\"l" + number + "\":\"" + value + "\"";
  }

  private static String event(String id) {
    return "{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"ID\":\"" + id + "\"}}\n";
  }

  private static String id(long number) {
    return "%064x".formatted(number);
  }

  private static String next(String id) {
    return "%02x%s"
        .formatted((Integer.parseInt(id.substring(0, 2), 16) + 1) % 256, id.substring(2));
  }

  /** Returns the id that an inspection asks for. */
  private static String id(Reply reply) {
    return reply.request.path().replaceFirst(".*/containers/(.*)/json", "$1");
  }
}
