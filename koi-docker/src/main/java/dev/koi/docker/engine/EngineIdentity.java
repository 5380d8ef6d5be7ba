package dev.koi.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;

/**
 * Which engine answers, and what is spoken with it. Asked anew for each connection: the engine may
 * have been upgraded, or replaced by another.
 */
record EngineIdentity(EngineDialect dialect, String version, ApiVersion api) {

  /**
   * Asks.
   *
   * @throws IOException if it is no engine, or one too old
   */
  static EngineIdentity of(EngineHttp http, Duration deadline)
      throws IOException, InterruptedException {
    Pong pong = Pong.of(http, deadline);
    JsonNode answer = http.json(EngineRequest.version(), deadline);
    ApiVersion newest =
        ApiVersion.parse(answer.path("ApiVersion").asText())
            .orElseThrow(
                () ->
                    new IOException(
                        "what answers at "
                            + http.endpoint().address()
                            + " is not a container engine: it tells no ApiVersion"));
    if (newest.compareTo(ApiVersion.OLDEST) < 0) {
      throw new IOException(
          String.format(
              "the engine at %s speaks API %s; Koi needs %s (Docker 1.12) or newer",
              http.endpoint().address(), newest, ApiVersion.OLDEST));
    }
    ApiVersion oldest =
        ApiVersion.parse(answer.path("MinAPIVersion").asText()).orElse(ApiVersion.OLDEST);
    return new EngineIdentity(
        pong.podman() ? EngineDialect.PODMAN : EngineDialect.DOCKER,
        answer.path("Version").asText(),
        ApiVersion.between(oldest, newest));
  }

  /** Returns product and version, as in "Docker Engine 26.1.5". */
  @Override
  public String toString() {
    return dialect.product() + " " + version;
  }
}
