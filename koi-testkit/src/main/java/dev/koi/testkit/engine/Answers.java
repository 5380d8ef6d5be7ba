package dev.koi.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the answers of one dialect, the refusals among them; sends nothing. */
final class Answers {
  private static final Pattern VERSIONED = Pattern.compile("/v([0-9][0-9A-Za-z.-]*)(/.*)");
  private static final Pattern INSPECT = Pattern.compile("/containers/(.+)/json");
  private static final Set<String> STATUSES =
      Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead");
  private static final String NOT_JSON =
      "invalid character 'o' in literal null (expecting 'u')"; // whatever the character

  private final SimulatedWorld world;
  private final Dialect dialect;
  private final EngineJson json;
  private final String minApi;
  private final String maxApi;

  /** Versions may be null for the dialect's own. */
  Answers(SimulatedWorld world, Dialect dialect, String minApi, String maxApi) {
    this.world = world;
    this.dialect = dialect;
    this.json = new EngineJson(dialect);
    this.minApi = minApi == null ? json.version().get("MinAPIVersion").asText() : minApi;
    this.maxApi = maxApi == null ? json.version().get("ApiVersion").asText() : maxApi;
  }

  static Endpoint endpoint(String method, String path) {
    String bare = bare(path);
    if (bare.equals("/_ping") && (method.equals("GET") || method.equals("HEAD"))) {
      return Endpoint.PING;
    }
    return switch (method.equals("GET") ? bare : "") {
      case "/version" -> Endpoint.VERSION;
      case "/containers/json" -> Endpoint.LIST;
      case "/events" -> Endpoint.EVENTS;
      default ->
          method.equals("GET") && INSPECT.matcher(bare).matches()
              ? Endpoint.INSPECT
              : Endpoint.OTHER;
    };
  }

  /** The answer to a request; to /events the beginning of one. */
  Reply answer(EngineRequest request, Map<String, String> query) {
    String bare = bare(request.path());
    if (bare.contains("//")) {
      return new Reply()
          .status(301)
          .body("")
          .header("Content-Type", null)
          .header("Location", request.path().replaceAll("/+", "/"));
    }
    Matcher versioned = VERSIONED.matcher(request.path());
    if (versioned.matches() && !dialect.podman() && request.endpoint() != Endpoint.OTHER) {
      String version = versioned.group(1);
      if (older(maxApi, version)) {
        return versionRefused(version + " is too new. Maximum supported API version is " + maxApi);
      } else if (older(version, minApi)) {
        String old = version + " is too old. Minimum supported API version is " + minApi;
        return versionRefused(old + ", please upgrade your client to a newer version");
      }
    }
    return switch (request.endpoint()) {
      case PING -> ping(request.method());
      case VERSION -> ok(version() + "\n");
      case LIST -> list(query);
      case INSPECT -> inspect(bare.substring("/containers/".length(), bare.length() - 5));
      case EVENTS -> events(query);
      case OTHER -> unknown(request.method(), bare);
    };
  }

  private Reply ping(String method) {
    Reply reply = ok("").text(method.equals("HEAD") ? "" : "OK");
    reply.headers.putAll(json.headers("pingHeaders"));
    return reply;
  }

  private JsonNode version() {
    ObjectNode version = json.version();
    version.put("ApiVersion", maxApi).put("MinAPIVersion", minApi);
    return version;
  }

  private Reply inspect(String container) {
    Container c = world.snapshot(container);
    if (c != null) {
      return ok(json.inspect(c) + "\n");
    }
    String podman = "no container with name or ID \"" + container + "\" found: no such container";
    return dialect.podman()
        ? refused(404, "no such container", podman)
        : refused(404, "", "No such container: " + container);
  }

  private Reply list(Map<String, String> query) {
    Filters filters;
    try {
      filters = new Filters(query.get("filters"), dialect);
    } catch (JsonProcessingException e) {
      String podman = "failed to decode filter parameters for /containers/json: " + NOT_JSON;
      return dialect.podman() ? refused(500, NOT_JSON, podman) : dockerNotJson();
    }
    String unknown = filters.unknownListKey();
    if (unknown != null) {
      String podman = unknown + " is an invalid filter";
      String docker = (dialect == Dialect.DOCKER_20 ? "I" : "i") + "nvalid filter '" + unknown;
      return dialect.podman() ? refused(500, podman, podman) : refused(400, "", docker + "'");
    }
    for (String status : filters.statuses()) {
      if (!STATUSES.contains(status) || (dialect.podman() && status.equals("restarting"))) {
        String podman = status + " is not a valid status";
        String docker = "invalid filter 'status=" + status + "'";
        return dialect.podman() ? refused(500, podman, podman) : refused(400, "", docker);
      }
    }
    boolean all =
        !filters.statuses().isEmpty()
            || List.of("1", "true").contains(query.getOrDefault("all", ""));
    List<Container> containers =
        world.snapshot().stream()
            .filter(c -> (all || inPlainList(c)) && filters.matches(c))
            .toList();
    return rows(containers);
  }

  /** Podman leaves out what is paused. */
  private boolean inPlainList(Container c) {
    return dialect.podman() ? c.status.equals("running") : c.up() || c.status.equals("restarting");
  }

  private Reply rows(List<Container> containers) {
    Instant now = world.clock.instant();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      int count = containers.size();
      for (int i = 0; i < count; i++) {
        body.write(i == 0 ? '[' : ',');
        // Docker lists the newest first; Podman's order means nothing.
        Container c = containers.get(dialect.podman() ? i : count - 1 - i);
        body.write(EngineJson.MAPPER.writeValueAsBytes(json.row(c, now)));
      }
      body.write((count == 0 ? "[]\n" : "]\n").getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Reply reply = ok("");
    reply.body = body.toByteArray();
    return reply;
  }

  private Reply events(Map<String, String> query) {
    try {
      Filters filters = new Filters(query.get("filters"), dialect);
      String unknown = filters.unknownEventKey();
      if (unknown != null && dialect.podman()) {
        String cause = unknown + " is an invalid filter";
        return podmanEventsRefused(cause, "failed to parse event filters: " + cause);
      }
      Reply reply = ok("");
      reply.stream =
          new EventSpan(
              filters,
              EventSpan.time(query.get("since"), dialect),
              EventSpan.time(query.get("until"), dialect));
      return reply;
    } catch (JsonProcessingException e) {
      if (!dialect.podman()) {
        return dockerNotJson();
      }
      Reply reply = refused(400, NOT_JSON, "failed to parse filters for /events: " + NOT_JSON);
      return dialect == Dialect.PODMAN_4 ? reply.body("") : reply;
    } catch (IllegalArgumentException e) {
      return dialect.podman()
          ? podmanEventsRefused(
              "unable to interpret time value", "failed to parse event filters: " + e.getMessage())
          : refused(500, "", e.getMessage());
    }
  }

  /** Podman 4 ends the stream at once instead of complaining. */
  private Reply podmanEventsRefused(String cause, String message) {
    return dialect == Dialect.PODMAN_4 ? ok("") : refused(500, cause, message);
  }

  private Reply unknown(String method, String bare) {
    Reply reply = new Reply().status(404);
    if (!dialect.podman()) {
      return reply.json("{\"message\":\"page not found\"}\n");
    }
    reply.header("X-Content-Type-Options", "nosniff");
    boolean known = endpoint("GET", bare) != Endpoint.OTHER && !method.equals("GET");
    reply.status = known ? 405 : 404;
    return reply.text(known ? "Method Not Allowed\n" : "Not Found\n");
  }

  private Reply versionRefused(String reason) {
    Reply reply = refused(400, "", "client version " + reason);
    boolean plain = dialect == Dialect.DOCKER_28 && reason.contains("too old");
    return plain ? reply.text("client version " + reason + "\n") : reply;
  }

  private Reply dockerNotJson() {
    boolean old = dialect == Dialect.DOCKER_20;
    return refused(old ? 500 : 400, "", old ? NOT_JSON : "invalid filter");
  }

  private Reply refused(int status, String cause, String message) {
    ObjectNode body = EngineJson.MAPPER.createObjectNode();
    if (dialect.podman()) {
      body.put("cause", cause).put("message", message).put("response", status);
    } else {
      body.put("message", message);
    }
    Reply reply = ok(body + "\n");
    reply.status = status;
    return reply;
  }

  private Reply ok(String text) {
    Reply reply = new Reply().json(text);
    reply.headers.putAll(json.headers("headers"));
    reply.headers.put("Api-Version", maxApi);
    return reply;
  }

  private static String bare(String path) {
    Matcher versioned = VERSIONED.matcher(path);
    return versioned.matches() ? versioned.group(2) : path;
  }

  private static boolean older(String version, String than) {
    int[] a = numbers(version);
    int[] b = numbers(than);
    return Arrays.compare(a, b) < 0;
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.replaceAll("[^0-9.]", "").split("\\."))
        .filter(part -> !part.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
