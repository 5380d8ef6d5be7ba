package dev.koi.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the answers of one dialect, its refusals among them; sends nothing. */
final class Answers {
  private static final Pattern VERSIONED = Pattern.compile("/v([0-9][0-9A-Za-z.-]*)(/.*)");
  private static final Pattern INSPECT = Pattern.compile("/containers/(.+)/json");
  private static final List<String> LIST_FILTERS =
      List.of("status", "id", "name", "health", "label");
  private static final List<String> EVENT_FILTERS = List.of("type", "event", "container", "label");

  private final SimulatedWorld world;
  private final Dialect dialect;
  private final EngineJson json;
  private final String oldest;
  private final String newest;

  /** API versions may be null for the dialect's own. */
  Answers(SimulatedWorld world, String oldest, String newest) {
    this.world = world;
    this.dialect = world.dialect();
    this.json = new EngineJson(dialect);
    ObjectNode version = json.part("version");
    this.oldest = oldest == null ? version.get("MinAPIVersion").asText() : oldest;
    this.newest = newest == null ? version.get("ApiVersion").asText() : newest;
  }

  static Endpoint endpoint(String method, String path) {
    String bare = bare(path);
    if (method.equals("HEAD") && bare.equals("/_ping")) {
      return Endpoint.PING;
    }
    return switch (method.equals("GET") ? bare : "") {
      case "/_ping" -> Endpoint.PING;
      case "/version" -> Endpoint.VERSION;
      case "/containers/json", "/libpod/containers/json" -> Endpoint.LIST;
      case "/events" -> Endpoint.EVENTS;
      case "" -> Endpoint.OTHER;
      default -> INSPECT.matcher(bare).matches() ? Endpoint.INSPECT : Endpoint.OTHER;
    };
  }

  /** The answer to a request; to /events the beginning of one. */
  Reply answer(EngineRequest request, Map<String, String> query) {
    String bare = bare(request.path());
    if (bare.contains("//")) {
      String location = request.path().replaceAll("/+", "/");
      return new Reply().status(301).body("").header("Location", location);
    }
    Matcher versioned = VERSIONED.matcher(request.path());
    if (versioned.matches() && !dialect.podman() && request.endpoint() != Endpoint.OTHER) {
      String version = versioned.group(1);
      String subject = "client version " + version + " is too ";
      if (older(newest, version)) {
        return refused(400, subject + "new. Maximum supported API version is " + newest);
      } else if (older(version, oldest)) {
        subject += "old. Minimum supported API version is " + oldest;
        subject += ", please upgrade your client to a newer version";
        boolean plain = dialect == Dialect.DOCKER_28;
        Reply reply = refused(400, subject);
        return plain ? reply.header("Content-Type", "text/plain").body(subject + "\n") : reply;
      }
    }
    try {
      return switch (request.endpoint()) {
        case PING -> ping();
        case VERSION ->
            ok(json.part("version").put("ApiVersion", newest).put("MinAPIVersion", oldest));
        case LIST -> {
          boolean podmans = bare.startsWith("/libpod/");
          yield podmans && !dialect.podman()
              ? unknown(request.method(), bare)
              : list(query, podmans);
        }
        case INSPECT -> inspect(bare.substring("/containers/".length(), bare.length() - 5));
        case EVENTS -> events(query);
        case OTHER -> unknown(request.method(), bare);
      };
    } catch (IllegalArgumentException e) { // a filter or a time
      boolean filter = !(e instanceof NumberFormatException) && !dialect.podman();
      return refused(filter ? 400 : 500, e.getMessage());
    }
  }

  private Reply ping() {
    Reply reply = withHeaders("OK").header("Content-Type", "text/plain; charset=utf-8");
    return addHeaders("pingHeaders", reply);
  }

  private Reply inspect(String container) {
    Container c = world.container(container);
    if (c != null) {
      return ok(json.inspect(c));
    }
    return refused(
        404,
        dialect.podman()
            ? "no container with name or ID \"" + container + "\" found: no such container"
            : "No such container: " + container);
  }

  private Reply list(Map<String, String> query, boolean podmans) {
    Filters filters = filters(query, LIST_FILTERS);
    boolean all =
        filters.names("status") || List.of("1", "true").contains(query.getOrDefault("all", ""));
    List<Container> rows =
        world.containers().stream()
            .filter(c -> (all || inPlainList(c)) && filters.matches(c))
            .toList();
    Instant now = world.clock.instant();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      body.write('[');
      for (int i = 0; i < rows.size(); i++) {
        // Docker lists the newest first; Podman's order means nothing.
        Container c = rows.get(dialect.podman() ? i : rows.size() - 1 - i);
        body.write((i == 0 ? "" : ",").getBytes(UTF_8));
        body.write(
            EngineJson.MAPPER.writeValueAsBytes(podmans ? json.podmanRow(c) : json.row(c, now)));
      }
      body.write("]\n".getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Reply reply = withHeaders("");
    reply.body = body.toByteArray();
    return reply;
  }

  /** Podman leaves out what is paused. */
  private boolean inPlainList(Container c) {
    return dialect.podman() ? c.status.equals("running") : c.up() || c.restarting();
  }

  private Reply events(Map<String, String> query) {
    boolean bounded = query.containsKey("since") || query.containsKey("until");
    long since = time(query.get("since"), bounded ? 0 : Long.MAX_VALUE);
    Reply reply = withHeaders("");
    reply.events =
        new Reply.EventSpan(
            filters(query, EVENT_FILTERS), since, time(query.get("until"), Long.MAX_VALUE));
    return reply;
  }

  private Filters filters(Map<String, String> query, List<String> known) {
    return new Filters(query.getOrDefault("filters", "{}"), known, dialect);
  }

  /** Seconds with up to nine decimals; Podman reads them as a double and is 240 ns out. */
  private long time(String text, long ifMissing) {
    if (text == null || text.isEmpty()) {
      return ifMissing;
    }
    if (!text.matches("\\d+(\\.\\d+)?")) {
      throw new NumberFormatException("strconv.ParseInt: parsing \"" + text + "\"");
    }
    BigDecimal nanos = new BigDecimal(text).movePointRight(9);
    return dialect.podman() ? (long) nanos.doubleValue() : nanos.longValue();
  }

  private Reply unknown(String method, String bare) {
    Reply reply = new Reply().status(404);
    if (!dialect.podman()) {
      reply.header("Content-Type", "application/json");
      return reply.body("{\"message\":\"page not found\"}\n");
    }
    reply.header("Content-Type", "text/plain; charset=utf-8");
    boolean known = endpoint("GET", bare) != Endpoint.OTHER && !method.equals("GET");
    reply.status = known ? 405 : 404;
    return reply.body(known ? "Method Not Allowed\n" : "Not Found\n");
  }

  private Reply refused(int status, String message) {
    ObjectNode body = EngineJson.MAPPER.createObjectNode();
    if (dialect.podman()) {
      body.put("cause", message.substring(message.lastIndexOf(": ") + 1).strip());
    }
    body.put("message", message);
    if (dialect.podman()) {
      body.put("response", status);
    }
    Reply reply = ok(body);
    reply.status = status;
    return reply;
  }

  private Reply ok(JsonNode body) {
    return withHeaders(body + "\n");
  }

  private Reply withHeaders(String body) {
    Reply reply = new Reply().header("Content-Type", "application/json").body(body);
    return addHeaders("headers", reply).header("Api-Version", newest);
  }

  private Reply addHeaders(String part, Reply reply) {
    json.part(part).properties().forEach(h -> reply.header(h.getKey(), h.getValue().asText()));
    return reply;
  }

  private static String bare(String path) {
    Matcher versioned = VERSIONED.matcher(path);
    return versioned.matches() ? versioned.group(2) : path;
  }

  private static boolean older(String version, String than) {
    return Arrays.compare(numbers(version), numbers(than)) < 0;
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\D+")).mapToInt(Integer::parseInt).toArray();
  }
}
