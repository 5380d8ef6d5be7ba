package dev.koi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An engine on loopback that answers as a JSON file says: {@code product}, {@code version}, {@code
 * api}, {@code prefix} (of every path), {@code inspect} (id to answer), {@code list} (rows; made of
 * {@code inspect} if missing), and {@code answers} ("GET /path" to status and body), which come
 * first. It sends no events.
 */
final class FieldEngine implements AutoCloseable {

  private final JsonNode script;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private FieldEngine(JsonNode script) throws IOException {
    this.script = script;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  static FieldEngine of(String file) throws IOException {
    try (InputStream json = FieldEngine.class.getResourceAsStream("field/" + file)) {
      return new FieldEngine(new JsonMapper().readTree(json));
    }
  }

  String backend() {
    return script.path("product").asText("docker");
  }

  String host() {
    return "tcp://127.0.0.1:" + server.getAddress().getPort() + script.path("prefix").asText();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String prefix = script.path("prefix").asText();
    if (!path.startsWith(prefix)) {
      answer(exchange, 404, "\"the reverse proxy has no such page\"");
      return;
    }
    path = path.substring(prefix.length()).replaceFirst("^/v[0-9.]+", "");
    JsonNode scripted = script.path("answers").path(exchange.getRequestMethod() + " " + path);
    JsonNode container = script.path("inspect").path(path.replaceAll("^/containers/|/json$", ""));
    if (!scripted.isMissingNode()) {
      JsonNode body = scripted.path(1);
      answer(
          exchange, scripted.path(0).asInt(), body.isTextual() ? body.asText() : body.toString());
    } else if (path.equals("/_ping")) {
      answer(exchange, 200, "OK");
    } else if (path.equals("/version")) {
      String version = "{\"Version\":\"%s\",\"ApiVersion\":\"%s\",\"MinAPIVersion\":\"1.24\"}";
      answer(exchange, 200, version.formatted(version(), api()));
    } else if (path.equals("/containers/json")) {
      answer(exchange, 200, (script.has("list") ? script.get("list") : rows()).toString());
    } else if (!container.isMissingNode()) {
      answer(exchange, 200, container.toString());
    } else {
      answer(exchange, 404, "{\"message\":\"page not found\"}");
    }
  }

  private ArrayNode rows() {
    ArrayNode rows = JsonMapper.builder().build().createArrayNode();
    for (JsonNode container : script.path("inspect")) {
      rows.addObject()
          .put("Id", container.path("Id").asText())
          .put("Image", container.at("/Config/Image").asText())
          .put("State", container.at("/State/Status").asText())
          .putArray("Names")
          .add(container.path("Name").asText());
    }
    return rows;
  }

  private String version() {
    return script.path("version").asText("28.5.2");
  }

  private String api() {
    return script.path("api").asText("1.51");
  }

  private void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().set("Api-Version", api());
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (backend().equals("podman")) {
      exchange.getResponseHeaders().set("Libpod-Api-Version", version());
    }
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
