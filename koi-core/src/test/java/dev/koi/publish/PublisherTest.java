package dev.koi.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.koi.core.settings.FleetSettings;
import dev.koi.testkit.memory.InMemoryWorld;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A publisher without an etcd. */
class PublisherTest {

  @Test
  void eachReasonOfOneFailureIsReportedOnce() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String reason = requests.incrementAndGet() <= 2 ? "no leader" : "permission denied";
          byte[] body = "{\"message\":\"%s\"}".formatted(reason).getBytes(UTF_8);
          exchange.sendResponseHeaders(503, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    FleetSettings settings =
        TestHost.settings(
            List.of("http://127.0.0.1:" + server.getAddress().getPort()), "web-1", Map.of());
    List<String> reasons = new CopyOnWriteArrayList<>();

    try (InMemoryWorld world = InMemoryWorld.open("publisher-without-etcd");
        TestHost host = TestHost.of(world, settings)) {
      host.publish(status -> reasons.add(status.reason()));
      await().until(() -> requests.get() >= 4 && reasons.size() >= 2);

      assertThat(reasons).hasSize(2);
      assertThat(reasons.get(0)).endsWith("no leader");
      assertThat(reasons.get(1)).endsWith("permission denied");
    } finally {
      server.stop(0);
    }
  }
}
