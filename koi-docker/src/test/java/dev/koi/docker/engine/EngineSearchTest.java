package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.docker.dialect.DockerDialect;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.EngineEndpoint.Origin;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EngineSearchTest {

  @TempDir Path directory;

  @Test
  void aSilentEngineDoesNotHoldUpAnother() throws Exception {
    try (RawEngine silent = engine("silent").on("/_ping", RawEngine.Exchange::hang);
        RawEngine live = engine("live");
        RuntimeConnection found = search("59s", usual("silent"), usual("live"))) {
      assertThat(found.runtime().endpoint()).endsWith("/live");
      assertThat(silent.requests()).hasSize(1);
      assertThat(live.requests()).contains("/_ping");
    }
  }

  @Test
  void aSilentEngineIsWaitedForIfThereIsNoOther() throws Exception {
    AtomicInteger pings = new AtomicInteger();
    RawEngine.Answer late =
        exchange -> {
          if (pings.incrementAndGet() == 1) {
            exchange.hang();
          }
          exchange.send(200, "", "OK");
        };
    try (RawEngine engine = engine("late").on("/_ping", late);
        RuntimeConnection found = search("59s", usual("late"), usual("none"))) {
      assertThat(found.runtime().endpoint()).endsWith("/late");
      assertThat(engine.requests()).contains("/version");
    }
  }

  @Test
  void whatIsWrongWithABorrowedPlaceIsNoFailure() throws Exception {
    Files.createDirectory(directory.resolve("odd"));
    EngineEndpoint borrowed = named("unix://" + directory.resolve("odd")).borrowed();

    assertThatThrownBy(() -> search("1s", borrowed, usual("none")))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageStartingWith(borrowed + " is a directory")
        .hasMessageEndingWith("; no socket at unix://" + directory.resolve("none") + "; help");
  }

  @Test
  void nothingElseHelpsIfTheNamedEngineIsAnotherProduct() throws Exception {
    try (RawEngine podman =
        engine("odd")
            .on("/_ping", exchange -> exchange.send(200, "Libpod-Api-Version: 5.4.2\r\n", ""))
            .json("/version", "{\"ApiVersion\":\"1.41\",\"Version\":\"5.4.2\"}")) {
      assertThatThrownBy(() -> search("9s", named("unix://" + directory.resolve("odd"))))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessage(
              "unix://"
                  + directory.resolve("odd")
                  + " (DOCKER_HOST) is Podman 5.4.2, which the podman backend watches");
      assertThat(podman.requests()).isNotEmpty();
    }
  }

  @Test
  void aPathInAnAddressBeginsEveryRequest() throws Exception {
    try (RawEngine proxy = RawEngine.tcp()) {
      proxy
          .status("/dock/edge/_ping", 200, "OK")
          .json("/dock/edge/version", "{\"ApiVersion\":\"1.41\",\"Version\":\"20.10\"}");
      EngineEndpoint place = named(proxy.endpoint().address() + "/dock/edge");

      search("9s", place).close();

      assertThat(proxy.requests()).containsExactly("/dock/edge/_ping", "/dock/edge/version");
    }
  }

  @Test
  void anEnginesOwnRefusalIsNotDoubted() throws Exception {
    try (RawEngine engine = engine("s")) {
      engine.status("/_ping", 503, "{\"message\":\"starting\"}");
      assertThatThrownBy(() -> search("9s", usual("s"))).hasMessageEndingWith("/s: starting");

      engine.status("/_ping", 404, "<html>");
      assertThatThrownBy(() -> search("9s", usual("s")))
          .hasMessageEndingWith("<html>; is it a container engine that listens there?");
    }
  }

  private RawEngine engine(String name) throws IOException {
    return RawEngine.unix(directory.resolve(name));
  }

  private EngineEndpoint usual(String name) {
    return EngineEndpoint.usual(directory.resolve(name));
  }

  private static EngineEndpoint named(String address) {
    return new EngineEndpoint(
        URI.create(address), Origin.NAMED, "DOCKER_HOST", Optional.empty(), false);
  }

  private static RuntimeConnection search(String patience, EngineEndpoint... places)
      throws IOException, InterruptedException {
    return EngineSearch.connect(
        BackendConfig.of("search", Map.of("connect-timeout", patience)),
        new DockerDialect(),
        Stream.of(places).toList(),
        "help");
  }
}
