package dev.koi.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.koi.serve.RawClient.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers may not do to the server, on a raw socket. */
class ServerLimitsTest {

  private static final String TOKEN = "0123456789abcdef";
  private static final String STATUS = "/v1/runtime/status";

  @TempDir static Path directory;
  private static TestServer server; // null: none
  private static Map<String, ?> settings; // of the server

  /** Starts a server; one that runs with these settings serves. */
  private static void start(Map<String, ?> wanted) throws Exception {
    if (server == null || !wanted.equals(settings)) {
      end();
      server = TestServer.start(wanted);
      settings = wanted;
    }
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::"})
  void otherAddressesThanLoopbackNeedATokenOrAFlag(String host) throws Exception {
    assertThatThrownBy(() -> start(Map.of("host", host)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(host, "token-file", "KOI_SERVE_TOKEN", "koi.serve.insecure");

    start(Map.of("host", host, "insecure", true));
    assertThat(server.get(STATUS).status()).isEqualTo(200);

    Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    start(Map.of("host", host, "token-file", token.toString()));
    assertThat(server.get(STATUS).status()).isEqualTo(401);
  }

  /** Nothing happens on the runtime, so no write shows that these clients are gone. */
  @Test
  void clientsThatAreGoneDoNotKeepTheirPlaces() throws Exception {
    start(Map.of("max-streams", 2));
    for (int i = 0; i < 5; i++) {
      try (RawClient client = server.client()) {
        client.send("GET /v1/runtime/events HTTP/1.1\nHost: localhost\n\n");
        assertThat(client.line()).as("stream %s", i).contains(" 200 ");
        for (String line = ""; !line.equals("event: synced"); line = client.line()) {
          assertThat(line).isNotEqualTo("event: bye");
        }
      }
    }
  }

  @Test
  void byDefaultOnlyThisMachineCanConnect() throws Exception {
    start(Map.of());

    assertThat(server.server().address()).startsWith("http://127.0.0.1:");
    assertThat(server.get(STATUS).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization: Bearer 0123456789abcdef, 200",
    "Authorization: bearer 0123456789abcdef, 200",
    "Authorization: Bearer 0123456789abcdeg, 401",
    "Authorization: Bearer 0123456789abcde, 401",
    "Authorization: Bearer, 401",
    "Authorization: 0123456789abcdef, 401",
    "Authorization: Basic 0123456789abcdef, 401",
    "X-Other: x, 401",
  })
  void aTokenIsComparedAsAWhole(String header, int status) throws Exception {
    Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    start(Map.of("token-file", token.toString()));

    Answer answer = server.get(STATUS, header);

    assertThat(answer.status()).isEqualTo(status);
    if (status == 401) {
      assertThat(answer.header("www-authenticate")).startsWith("Bearer");
      assertThat(answer.body()).contains("type: Bearer").doesNotContain("cdef");
    }
  }

  @Test
  void onlyThePageAndTheProbesNeedNoToken() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), TOKEN);
    start(Map.of("token-file", token.toString()));

    for (String path : List.of("/", "/index.html", "/healthz", "/readyz")) {
      assertThat(server.get(path).status()).as(path).isEqualTo(200);
    }
    for (String path :
        List.of(
            STATUS,
            "/v1/runtime/instances",
            "/v1/runtime/instances/x",
            "/healthz/../v1/runtime/status")) {
      assertThat(server.get(path).status()).as(path).isEqualTo(401);
    }
    assertThat(server.get(STATUS + "?token=" + TOKEN).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Host: localhost | 200",
        "Host: LOCALHOST:7380 | 200",
        "Host: 127.0.0.1:7380 | 200",
        "Host: [::1]:7380 | 200",
        "Host: koi.example.org | 200", // configured
        "Host: evil.example | 403",
        "Host: evil.example:7380 | 403",
        "Host: localhost.evil.example | 403",
        "Host: koi.example.org.evil.example | 403",
        "Host: 10.0.0.7 | 403",
        "Host: | 400",
        "X-Other: x | 400", // no Host at all
      })
  void theClientMustCallTheServerByItsName(String header, int status) throws Exception {
    start(Map.of("hosts", List.of("koi.example.org")));

    try (RawClient client = server.client()) {
      Answer answer = client.request("GET " + STATUS + " HTTP/1.1\n", header);

      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    }
  }

  @Test
  void aServerOnAllAddressesCanBeCalledByAnyAddressButByNoName() throws Exception {
    start(Map.of("host", "0.0.0.0", "insecure", true));

    try (RawClient client = server.client()) {
      String start = "GET " + STATUS + " HTTP/1.1\n";
      assertThat(client.request(start, "Host: 10.0.0.7:80").status()).isEqualTo(200);
      assertThat(client.request(start, "Host: [fd00::7]").status()).isEqualTo(200);
      assertThat(client.request(start, "Host: evil.example").status()).isEqualTo(403);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost, 200", // the same as the Host header
    "https://koi.example.org, 200", // a proxy
    "http://localhost:3000, 403", // another server of this machine
    "http://127.0.0.1, 403",
    "http://10.0.0.7:8080, 200", // configured
    "http://10.0.0.8:8080, 403",
    "https://evil.example, 403",
    "null, 403",
    "file://, 403",
    "localhost, 403",
  })
  void pagesOfOtherSitesAreRefused(String origin, int status) throws Exception {
    start(Map.of("hosts", "koi.example.org, 10.0.0.7, localhost"));

    Answer answer = server.get(STATUS, "Origin: " + origin);

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/runtime/instances, no-cors, cross-site, 403",
    "/v1/runtime/instances, navigate, cross-site, 403",
    "/koi.js, no-cors, cross-site, 403",
    "/, no-cors, cross-site, 403",
    "/, navigate, cross-site, 200", // a link to the page
    "/index.html, navigate, cross-site, 200",
    "/koi.js, no-cors, same-origin, 200",
    "/v1/runtime/instances, cors, same-origin, 200",
    "/v1/runtime/instances, navigate, none, 200", // typed
  })
  void otherSitesMayLinkToThePageAndNothingElse(String path, String mode, String site, int status)
      throws Exception {
    start(Map.of());

    Answer answer = server.get(path, "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: " + mode);

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
  }

  @Test
  void aQueryIsBounded() throws Exception {
    start(Map.of());

    for (String path : List.of("/v1/runtime/instances", "/v1/runtime/events")) {
      Answer many = server.get(path + "?name=a" + "&label=x".repeat(32));
      assertThat(many.status()).isEqualTo(400);
      assertThat(many.body()).containsAnyOf("label", "name").contains("32", "33");
      Answer large = server.get(path + "?name=" + "a".repeat(301));
      assertThat(large.status()).isEqualTo(400);
      assertThat(large.body()).contains("name", "300", "301").doesNotContain("aaa");
    }
    String most = "?name=" + "a".repeat(300) + "&label=x".repeat(31);
    assertThat(server.get("/v1/runtime/instances" + most).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "FOO"})
  void onlyGetAndHeadAreAllowed(String method) throws Exception {
    start(Map.of());

    try (RawClient client = server.client()) {
      Answer answer = client.request(method + " / HTTP/1.1\nHost: localhost\n");

      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.header("allow")).isEqualTo("GET, HEAD");
      assertThat(answer.json().get("error").textValue()).isEqualTo("method_not_allowed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET // HTTP/1.1\nHost: localhost\n",
        "GET /%2e%2e/x HTTP/1.1\nHost: localhost\n",
        "GET /a;b HTTP/1.1\nHost: localhost\n",
        "GET / HTTP/1.1\nHost: localhost\nHost: localhost\n",
        "GET / HTTP/1.1\nHost: localhost\nContent-Length: 1\nTransfer-Encoding: chunked\n",
        "GET / HTTP/1.1\nHost: localhost\n X: folded\n",
        "GET http://evil.example/ HTTP/1.1\nHost: localhost\n",
        "GET / HTTP/9.9\nHost: localhost\n",
        "nonsense\n",
      })
  void whatIsNotPlainHttpIsRefusedInJson(String head) throws Exception {
    start(Map.of());

    try (RawClient client = server.client()) {
      Answer answer = client.request(head);

      assertThat(answer.status()).isIn(400, 403, 404, 505);
      assertThat(answer.header("content-type")).isEqualTo("application/json");
      assertThat(answer.json().get("error").textValue()).matches("[a-z_]+");
      assertThat(answer.body()).doesNotContain("Exception", "at org.", "jetty");
    }
  }

  @Test
  void largeHeadersAreRefused() throws Exception {
    start(Map.of());

    assertThat(server.get("/", "X: " + "x".repeat(15_000)).status()).isEqualTo(200);
    Answer answer = server.get("/", "X: " + "x".repeat(17_000));
    assertThat(answer.status()).isEqualTo(431);
    assertThat(answer.json().get("error").textValue()).isEqualTo("request_header_fields_too_large");
  }

  @Test
  void aRequestMustArriveInTimeHoweverManyBytesCome() throws Exception {
    start(Map.of("request-timeout", "1s"));

    try (RawClient client = server.client();
        RawClient second = server.client()) {
      assertThat(second.get(STATUS).status()).isEqualTo(200);
      endsWhileTrickling(client);
      endsWhileTrickling(second); // also a later request of a connection
    }
  }

  private static void endsWhileTrickling(RawClient client) throws Exception {
    client.send("GET / HTTP/1.1\nX: ");
    client.socket().setSoTimeout(20);
    await()
        .until(
            () -> {
              try {
                client.send("x");
                return client.socket().getInputStream().read() < 0;
              } catch (java.net.SocketTimeoutException e) {
                return false;
              } catch (SocketException e) {
                return true;
              }
            });
  }

  @Test
  void aSilentConnectionIsClosed() throws Exception {
    start(Map.of("request-timeout", "300ms"));

    try (RawClient client = server.client()) {
      client.awaitEnd();
    }
  }

  @Test
  void anIdleConnectionStaysForTheNextRequest() throws Exception {
    start(Map.of("request-timeout", "1s"));

    try (RawClient client = server.client()) {
      assertThat(client.get(STATUS).status()).isEqualTo(200);
      try (RawClient silent = server.client()) {
        silent.awaitEnd(); // so that time has passed
      }
      assertThat(client.get(STATUS).status()).isEqualTo(200);
    }
  }

  @Test
  void tooManyConnectionsAreToldToComeBack() throws Exception {
    start(Map.of("max-connections", 2));
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        clients.add(server.client());
        assertThat(clients.get(i).get(STATUS).status()).isEqualTo(200);
      }
      try (RawClient third = server.client()) {
        Answer answer = third.get(STATUS);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).isEqualTo("5");
        assertThat(answer.json().get("error").textValue()).isEqualTo("too_many_connections");
        third.awaitEnd();
      }
      clients.get(0).close();
      await().until(() -> server.get(STATUS).status() == 200);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aClientThatReadsNothingIsCutAndNobodyElseNoticesIt() throws Exception {
    start(Map.of("idle-timeout", "500ms"));
    for (int i = 0; i < 300; i++) {
      String name = "web-" + i;
      server.world().start(name, b -> b.labels(Map.of("long", "x".repeat(4000))));
    }
    assertThat(
            server.koi().await(k -> k.instances().size() == 300, java.time.Duration.ofMinutes(1)))
        .isTrue();

    try (RawClient deaf = server.client()) {
      deaf.socket().setReceiveBufferSize(4096);
      for (int i = 0; i < 8; i++) {
        deaf.send("GET /v1/runtime/instances HTTP/1.1\nHost: localhost\n\n");
      }
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> deaf.send("GET / HTTP/1.1\nHost: localhost\n\n"))
                      .isInstanceOf(IOException.class));
    }
    assertThat(server.get(STATUS).status()).isEqualTo(200);
  }

  @Test
  void whileItEndsItAdmitsNobody() throws Exception {
    start(Map.of());
    int port = server.port();
    try (RawClient client = server.client()) {
      client.get(STATUS);
      end();

      assertThatThrownBy(() -> client.get(STATUS))
          .isInstanceOfAny(EOFException.class, SocketException.class);
      assertThatThrownBy(() -> new RawClient(port)).isInstanceOf(IOException.class);
    }
  }
}
