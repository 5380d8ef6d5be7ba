package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code koi serve} prints while it runs. */
class ServeCommandTest {

  @TempDir Path directory;

  private final TestKoi koi = new TestKoi(Clock.systemUTC());
  private SimulatedEngine engine;
  private Thread serve;
  private int port;

  @BeforeEach
  void start() {
    Path socket = directory.resolve("engine.sock");
    koi.connect("docker", socket);
    koi.set("koi.timing.disconnect-grace", "50ms");
    koi.set("koi.timing.backoff-max", "1s");
    engine = SimulatedEngine.start(Dialect.DOCKER_28, socket);
    serve = koi.start("serve", "--port", "0", "--backend", "docker");
    awaitErr("koi: docker: connected to Docker Engine 28.* at ");
    Matcher place = Pattern.compile("serves http://127.0.0.1:(\\d+)/").matcher(koi.err());
    assertThat(place.find()).isTrue();
    port = Integer.parseInt(place.group(1));
  }

  @AfterEach
  void end() throws InterruptedException {
    serve.interrupt();
    serve.join(TestKoi.PATIENCE.toMillis());
    engine.close();
  }

  private void awaitErr(String regex) {
    await().untilAsserted(() -> assertThat(koi.err()).containsPattern(regex));
  }

  @Test
  void aLostEngineAndItsReturnAreALineEach() {
    engine.shutDown();
    awaitErr("(?m)^koi: docker: connection lost: \\S.*$");
    engine.boot();
    awaitErr("(?s)connection lost: .*koi: docker: connected to Docker Engine");

    assertThat(koi.err().lines().filter(line -> line.contains("koi: docker: "))).hasSize(3);
  }

  @Test
  void noRequestOfAStrangerIsLogged() throws IOException {
    String before = koi.err();

    for (String head :
        List.of(
            "GET / HTTP/1.1\nHost: " + "x y".repeat(5000),
            "GET / HTTP/1.1\nHost: a:b:c",
            "GET / HTTP/1.1\nHost: localhost\nHost: localhost",
            "GET http://:99999/ HTTP/1.1\nHost: localhost",
            "GET /%zz?%zz HTTP/1.1\nHost: localhost",
            "GET /v1/runtime/instances?name=%zz HTTP/1.1\nHost: localhost",
            "GET /..;/%2e%2e/\u0001 HTTP/1.1\nHost: localhost",
            "GET / HTTP/1.1\nHost: localhost\nContent-Length: 1\nTransfer-Encoding: chunked",
            "GET / HTTP/1.1\nHost: localhost\nX: " + "x".repeat(20_000),
            "CONNECT /x HTTP/1.1\nHost: localhost",
            "CONNECT x HTTP/1.1\nHost: localhost",
            "nonsense")) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout((int) TestKoi.PATIENCE.toMillis());
        String end = "\nConnection: close\n\n";
        socket.getOutputStream().write((head + end).replace("\n", "\r\n").getBytes(UTF_8));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
    }

    assertThat(koi.err()).isEqualTo(before);
  }
}
