package dev.koi.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.core.Koi;
import dev.koi.serve.RawClient.Answer;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KoiServerTest {

  @TempDir Path directory;

  @Test
  void everythingIsBelowTheBasePath() throws Exception {
    try (TestServer server = TestServer.start(Map.of("base-path", "/koi/"))) {
      Answer moved = server.get("/koi");
      assertThat(moved.status()).isEqualTo(308);
      assertThat(moved.header("location")).isEqualTo("/koi/");
      for (String path : List.of("/koi/", "/koi/koi.js", "/koi/v1/runtime/status")) {
        assertThat(server.get(path).status()).as(path).isEqualTo(200);
      }
      for (String path : List.of("/", "/koi.js", "/v1/runtime/status", "/koix", "/koi/koi/")) {
        assertThat(server.get(path).status()).as(path).isEqualTo(404);
      }
    }
  }

  @Test
  void aFailureTellsClientsNothingAboutItself() throws Exception {
    try (TestServer server =
        TestServer.start(
            Map.of(),
            () -> {
              throw new IllegalStateException("as intended by this test: /run/secret");
            },
            Optional::empty)) {
      Answer answer = server.get("/v1/runtime/status");

      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.json().get("error").textValue()).isEqualTo("server_error");
      assertThat(answer.body()).doesNotContain("secret", "Exception", "intended");
    }
  }

  @Test
  void theServerIsReadyWhenEachRuntimeHasAnsweredOrFailedTo() throws Exception {
    Path socket = directory.resolve("silent.sock");
    ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    silent.bind(UnixDomainSocketAddress.of(socket));
    try (Koi koi =
            Koi.builder()
                .set("koi.backends.docker.host", "unix://" + socket)
                .set("koi.timing.connect", "5m")
                .only("docker")
                .start();
        KoiServer server = KoiServer.start(koi, TestServer.settings(Map.of()));
        RawClient client = new RawClient(URI.create(server.address()).getPort())) {
      Answer waiting = client.get("/readyz");
      assertThat(waiting.status()).isEqualTo(503);
      assertThat(waiting.json().get("error").textValue()).isEqualTo("not_ready");
      assertThat(client.get("/healthz").status()).isEqualTo(200);

      silent.close();

      await().until(() -> client.get("/readyz").status() == 200);
    } finally {
      silent.close();
    }
  }
}
