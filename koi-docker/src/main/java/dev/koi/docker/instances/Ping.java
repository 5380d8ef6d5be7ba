package dev.koi.docker.instances;

import dev.koi.docker.transport.EngineAnswer;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.transport.EngineRequest;
import dev.koi.text.Prefix;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * The answer to {@code /_ping}, which is in its headers.
 *
 * @param podman whether Podman answers; neither a socket's path nor the API's version would show it
 * @param podmanVersion Podman's own version; empty if unknown or if it is Docker
 * @param apiVersion the newest that is spoken; empty if it does not say
 * @param time the engine's clock, in seconds; 0 if it does not say
 */
public record Ping(boolean podman, String podmanVersion, String apiVersion, long time) {

  private static final int MAX_VERSION = 100; // characters, in messages

  /** Asks. */
  public static Ping of(EngineHttp http, Duration deadline)
      throws IOException, InterruptedException {
    return http.get(EngineRequest.ping(), deadline, Ping::read);
  }

  private static Ping read(EngineAnswer answer) {
    String podmanVersion = Prefix.of(answer.header("Libpod-Api-Version"), MAX_VERSION);
    boolean podman = !podmanVersion.isEmpty() || answer.header("Server").startsWith("Libpod/");
    return new Ping(
        podman,
        podmanVersion,
        answer.header("Api-Version"),
        Times.parseHeader(answer.header("Date")).map(Instant::getEpochSecond).orElse(0L));
  }
}
