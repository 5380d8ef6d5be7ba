package dev.koi.announce.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthChecksTest {

  private final AtomicInteger changes = new AtomicInteger();
  private final HealthChecks checks = new HealthChecks(changes::incrementAndGet, Clock.systemUTC());
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<ServerSocket> servers = new ArrayList<>();

  @AfterEach
  void end() throws IOException {
    checks.close();
    for (ServerSocket server : servers) {
      server.close();
    }
  }

  /** A server that gives each client the next answer, the last one again and again. */
  private int server(String... answers) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    servers.add(server);
    Thread thread =
        new Thread(
            () -> {
              for (int i = 0; ; i = Math.min(i + 1, answers.length - 1)) {
                try (Socket client = server.accept()) {
                  requests.add(head(client.getInputStream()));
                  OutputStream out = client.getOutputStream();
                  out.write(answers[i].getBytes(ISO_8859_1));
                  out.flush();
                  if (answers[i].isEmpty()) {
                    Thread.sleep(Duration.ofHours(1).toMillis());
                  }
                } catch (IOException e) {
                  if (server.isClosed()) {
                    return;
                  }
                } catch (InterruptedException e) {
                  return;
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return server.getLocalPort();
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      head.append((char) c);
      if (head.toString().endsWith("\r\n\r\n")) {
        break;
      }
    }
    return head.toString();
  }

  private static HealthTarget target(int port, String path, Duration interval, Duration timeout) {
    return new HealthTarget("docker", "1", "", "127.0.0.1", port, path, interval, timeout);
  }

  private HealthResult checked(HealthTarget target) {
    checks.check(List.of(target));
    await().until(() -> checks.result(target).time().isPresent());
    return checks.result(target);
  }

  private static HealthTarget once(int port, String path) {
    return target(port, path, Duration.ofHours(1), Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @CsvSource({
    "200 OK, ''",
    "204, ''",
    "302 Found, ''",
    "404 Not Found, the answer is 404",
    "503 Service Unavailable, the answer is 503",
  })
  void theStatusOfTheAnswerDecides(String status, String problem) throws IOException {
    HealthTarget target = once(server("HTTP/1.1 " + status + "\r\n\r\n"), "/up?x=1");

    assertThat(checked(target).problem()).isEqualTo(problem);
    assertThat(requests.get(0))
        .startsWith("GET /up?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + target.port() + "\r\n");
  }

  @Test
  void anInterimAnswerIsNotTheAnswer() throws IOException {
    int port = server("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 500 Oops\r\n\r\n");

    assertThat(checked(once(port, "/")).problem()).isEqualTo("the answer is 500");
  }

  @ParameterizedTest
  @CsvSource({
    "SSH-2.0-OpenSSH_9.2, the answer is not HTTP/1.1; koi.health.kind=tcp only connects",
    "HTTP/1.1, the connection was closed without an answer",
  })
  void whatIsNoAnswerFails(String answer, String problem) throws IOException {
    assertThat(checked(once(server(answer), "/")).problem()).isEqualTo(problem);
  }

  @Test
  void aServerThatKeepsSendingCostsNoMoreThanItsHead() throws Exception {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    servers.add(server);
    AtomicInteger ended = new AtomicInteger();
    Thread endless =
        new Thread(
            () -> {
              try (Socket client = server.accept()) {
                OutputStream out = client.getOutputStream();
                out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
                while (true) {
                  out.write(new byte[65_536]);
                }
              } catch (IOException e) {
                ended.incrementAndGet(); // the client has gone
              }
            });
    endless.setDaemon(true);
    endless.start();

    assertThat(checked(once(server.getLocalPort(), "/")).problem()).isEmpty();
    await().until(() -> ended.get() == 1);
  }

  @Test
  void aConnectionIsEnoughForTcp() throws IOException {
    assertThat(checked(once(server("x"), "")).problem()).isEmpty();
  }

  @Test
  void aClosedPortFailsAtOnce() throws IOException {
    ServerSocket server = new ServerSocket(0);
    server.close();

    assertThat(checked(once(server.getLocalPort(), "")).problem()).isEqualTo("connection refused");
  }

  @Test
  void aServerThatSaysNothingFailsAtTheDeadline() throws IOException {
    HealthTarget target = target(server(""), "/", Duration.ofHours(1), Duration.ofSeconds(1));

    assertThat(checked(target).problem()).isEqualTo("no answer within 1 s");
  }

  @Test
  void aTargetThatGoesIsForgotten() throws IOException {
    HealthTarget target = once(server("HTTP/1.1 200 OK\r\n\r\n"), "/");
    checked(target);

    checks.check(List.of());

    await().until(() -> checks.result(target).time().isEmpty());
  }

  @Test
  void manyTargetsAreCheckedByOneThread() throws IOException {
    int silent = server("");
    int good = server("HTTP/1.1 200 OK\r\n\r\n");
    List<HealthTarget> targets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Duration timeout = Duration.ofMillis(i < 40 ? 20 : 60_000);
      int port = i < 40 ? silent : good;
      targets.add(
          new HealthTarget(
              "docker", "" + i, "", "127.0.0.1", port, "/", Duration.ofHours(1), timeout));
    }

    checks.check(targets);

    await()
        .untilAsserted(
            () ->
                assertThat(targets.subList(40, 100))
                    .allMatch(target -> checks.result(target).passing()));
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("koi-announce-health")))
        .hasSize(1);
  }

  @Test
  void oneFailureDoesNotWithdrawTwoDoAndOneSuccessReturns() {
    HealthTarget target = once(1, "/");
    Clock clock = Clock.systemUTC();
    HealthResult none = HealthResult.none(target);

    assertThat(none.hindrance()).isEqualTo("its health check has no result yet: " + target);
    HealthResult first = none.then("the answer is 503", clock.instant());
    assertThat(first.passing()).isFalse();
    HealthResult good = first.then("", clock.instant());
    assertThat(good.passing()).isTrue();
    HealthResult bad = good.then("the answer is 503", clock.instant());
    assertThat(bad.passing()).isTrue();
    HealthResult worse = bad.then("the answer is 503", clock.instant());
    assertThat(worse.passing()).isFalse();
    assertThat(worse.hindrance())
        .isEqualTo(
            "its health check fails: GET http://127.0.0.1:1/: the answer is 503 (2 times in a"
                + " row)");
    assertThat(worse.then("", clock.instant()).passing()).isTrue();
  }
}
