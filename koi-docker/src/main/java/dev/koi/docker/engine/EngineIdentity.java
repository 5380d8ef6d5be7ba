package dev.koi.docker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

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
    Optional<ApiVersion> podmans = ApiVersion.parse(pong.apiVersion());
    if (!pong.podmanVersion().isEmpty() && podmans.isPresent()) {
      // Podman takes any version, and spends half a second on /version, asking its tools for theirs
      return negotiated(pong, pong.podmanVersion(), ApiVersion.OLDEST, podmans.get(), http);
    }
    JsonNode answer = http.json(EngineRequest.version(), deadline);
    ApiVersion newest =
        ApiVersion.parse(answer.path("ApiVersion").asText())
            .orElseThrow(
                () ->
                    new IOException(
                        EngineRequest.version()
                            + " tells no ApiVersion at "
                            + http.endpoint().address()));
    ApiVersion oldest =
        ApiVersion.parse(answer.path("MinAPIVersion").asText()).orElse(ApiVersion.OLDEST);
    return negotiated(pong, answer.path("Version").asText(), oldest, newest, http);
  }

  private static EngineIdentity negotiated(
      Pong pong, String version, ApiVersion oldest, ApiVersion newest, EngineHttp http)
      throws IOException {
    if (newest.compareTo(ApiVersion.OLDEST) < 0) {
      throw new IOException(
          String.format(
              "%s %s at %s speaks API %s; Koi needs %s (Docker 1.12) or newer",
              pong.dialect().product(),
              version,
              http.endpoint().address(),
              newest,
              ApiVersion.OLDEST));
    }
    return new EngineIdentity(pong.dialect(), version, ApiVersion.between(oldest, newest));
  }

  /** Returns product and version, as in "Docker Engine 26.1.5". */
  @Override
  public String toString() {
    return dialect.product() + " " + version;
  }
}
