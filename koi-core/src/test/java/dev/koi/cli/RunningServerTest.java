package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.koi.Instance;
import dev.koi.core.settings.ServeSettings;
import dev.koi.core.settings.SettingsLoader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Any program may be where {@code koi serve} is expected. */
class RunningServerTest {

  private static final Instance WEB = Instance.builder("docker", "a b", "web").build();

  private ServerSocket socket;
  private CompletableFuture<String> request;

  @BeforeEach
  void open() throws IOException {
    socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    socket.close();
  }

  private RunningServer server(String answer) {
    request =
        CompletableFuture.supplyAsync(
            () -> {
              try (Socket client = socket.accept()) {
                byte[] start = client.getInputStream().readNBytes(80);
                client.getOutputStream().write(answer.getBytes(UTF_8));
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
                return new String(start, UTF_8);
              } catch (IOException e) {
                return e.toString();
              }
            });
    return running();
  }

  private RunningServer running() {
    ServeSettings settings =
        SettingsLoader.loadServe(
            ConfigFactory.parseMap(Map.of("koi.serve.port", socket.getLocalPort())),
            Optional.empty(),
            RunningServerTest.class.getClassLoader());
    return new RunningServer(settings);
  }

  @Test
  void theNamesOfTheInstanceAreRead() throws Exception {
    RunningServer server =
        server(
            "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"
                + "{\"why\":null,\"announcements\":[{\"state\":\"announced\",\"services\":"
                + "[{\"type\":\"_http._tcp\",\"port\":8080}],\"x\":[true,1.5,null]}]}");

    assertThat(server.announcements(WEB))
        .containsExactly(
            Map.of(
                "state", "announced",
                "services", List.of(Map.of("type", "_http._tcp", "port", 8080)),
                "x", List.of(true, 1.5)));
    assertThat(request.get())
        .startsWith("GET /v1/runtime/instances/a%20b/explain?backend=docker HTTP/1.0\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "SSH-2.0-OpenSSH_9.2, it is no koi serve",
    "'HTTP/1.1 401 Unauthorized\r\n\r\n', it wants a token; its page shows the name of each"
        + " instance",
    "'HTTP/1.1 404 Not Found\r\n\r\n{}', its answer is 404",
    "'HTTP/1.1 200 OK\r\n\r\n[1]', an object in JSON was expected",
  })
  void whatIsNoSuchServerIsSaid(String answer, String reason) {
    assertThatThrownBy(() -> server(answer).announcements(WEB))
        .isInstanceOf(IOException.class)
        .hasMessage(reason);
  }

  @ParameterizedTest
  @CsvSource({"'{\"a\":'", "'{\"a\":[1,'", "'{\"a\":tru'", "'{'", "''"})
  void anAnswerThatEndsTooEarlyIsAFailure(String json) {
    assertThatThrownBy(() -> server("HTTP/1.1 200 OK\r\n\r\n" + json).announcements(WEB))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() {
    assertThatThrownBy(() -> running().announcements(WEB)).hasMessage("no answer within 2 s");
  }
}
