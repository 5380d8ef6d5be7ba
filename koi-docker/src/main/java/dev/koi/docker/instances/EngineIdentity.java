package dev.koi.docker.instances;

import dev.koi.docker.dialect.EngineDialect;
import dev.koi.docker.json.Json;
import dev.koi.docker.transport.ApiVersion;
import dev.koi.docker.transport.EngineAnswer;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.transport.EngineRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Which engine answers, and what is spoken with it. Asked anew for each connection: the engine may
 * have been upgraded, or replaced by another.
 *
 * @param dialect of the product
 * @param version of the product
 * @param api the version of the API to speak
 */
public record EngineIdentity(EngineDialect dialect, String version, ApiVersion api) {

  private static final long MAX_VERSION_ANSWER = 1 << 20;
  private static final int MAX_VERSION = 100; // characters, in messages

  /** The fields of the answer to {@code /version}. */
  private record Versions(String engine, String oldestApi, String newestApi) {

    private static Versions read(EngineAnswer answer) throws IOException {
      String[] found = {"", "", ""};
      Json json = answer.json(MAX_VERSION_ANSWER);
      json.onlyObject(
          name -> {
            switch (name) {
              case "Version" -> found[0] = json.text();
              case "MinAPIVersion" -> found[1] = json.text();
              case "ApiVersion" -> found[2] = json.text();
              default -> {}
            }
          });
      return new Versions(found[0], found[1], found[2]);
    }
  }

  /**
   * Asks for the version.
   *
   * @param ping its answer to a ping
   * @param dialect of the product that answered it
   * @throws IOException if it is no engine, or one too old
   */
  public static EngineIdentity of(
      EngineHttp http, Ping ping, EngineDialect dialect, Duration deadline)
      throws IOException, InterruptedException {
    // Podman takes any version, and spends half a second on /version, asking its tools for theirs
    boolean told =
        !ping.podmanVersion().isEmpty() && ApiVersion.parse(ping.apiVersion()).isPresent();
    Versions versions =
        told
            ? new Versions(ping.podmanVersion(), "", ping.apiVersion())
            : http.get(EngineRequest.version(), deadline, Versions::read);
    Optional<ApiVersion> newest = ApiVersion.parse(versions.newestApi);
    if (newest.isEmpty()) {
      throw new IOException(EngineRequest.version() + " tells no ApiVersion at " + http.address());
    }
    String version = versions.engine.substring(0, Math.min(MAX_VERSION, versions.engine.length()));
    if (newest.get().compareTo(ApiVersion.OLDEST) < 0) {
      throw new IOException(
          String.format(
              "%s %s at %s speaks API %s; Koi needs %s (Docker 1.12) or newer",
              dialect.product(), version, http.address(), newest.get(), ApiVersion.OLDEST));
    }
    ApiVersion oldest = ApiVersion.parse(versions.oldestApi).orElse(ApiVersion.OLDEST);
    return new EngineIdentity(dialect, version, ApiVersion.between(oldest, newest.get()));
  }

  /** Returns product and version, as in "Docker Engine 26.1.5". */
  @Override
  public String toString() {
    return dialect.product() + " " + version;
  }
}
