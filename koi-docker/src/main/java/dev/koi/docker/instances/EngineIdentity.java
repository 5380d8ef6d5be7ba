package dev.koi.docker.instances;

import dev.koi.docker.dialect.EngineDialect;
import dev.koi.docker.json.Json;
import dev.koi.docker.transport.ApiVersion;
import dev.koi.docker.transport.EngineAnswer;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.transport.EngineRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which engine answers, and what is spoken with it. Asked anew for each connection: the engine may
 * have been upgraded, or replaced by another.
 *
 * @param dialect of the product
 * @param version of the product
 * @param api the version of the API to speak
 * @param time the engine's clock when it answered, in seconds; 0 if it does not say
 */
public record EngineIdentity(EngineDialect dialect, String version, ApiVersion api, long time) {

  private static final long MAX_VERSION_ANSWER = 1 << 20;
  private static final int MAX_VERSION = 100; // characters, in messages
  private static final String VERSION = "Version";
  private static final String OLDEST = "MinAPIVersion";
  private static final String NEWEST = "ApiVersion";

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
    Map<String, String> versions =
        told
            ? Map.of(VERSION, ping.podmanVersion(), OLDEST, "", NEWEST, ping.apiVersion())
            : http.get(EngineRequest.version(), deadline, EngineIdentity::versions);
    Optional<ApiVersion> newest = ApiVersion.parse(versions.get(NEWEST));
    if (newest.isEmpty()) {
      throw new IOException(EngineRequest.version() + " tells no ApiVersion at " + http.address());
    }
    String version = versions.get(VERSION);
    version = version.substring(0, Math.min(MAX_VERSION, version.length()));
    if (newest.get().compareTo(ApiVersion.OLDEST) < 0) {
      throw new IOException(
          String.format(
              "%s %s at %s speaks API %s; Koi needs %s (Docker 1.12) or newer",
              dialect.product(), version, http.address(), newest.get(), ApiVersion.OLDEST));
    }
    ApiVersion oldest = ApiVersion.parse(versions.get(OLDEST)).orElse(ApiVersion.OLDEST);
    ApiVersion spoken = ApiVersion.between(oldest, newest.get());
    if (!spoken.isUsual()) {
      throw new IOException(
          String.format(
              "%s %s at %s speaks API %s and newer, which Koi does not know",
              dialect.product(), version, http.address(), oldest));
    }
    return new EngineIdentity(dialect, version, spoken, ping.time());
  }

  private static Map<String, String> versions(EngineAnswer answer) throws IOException {
    Map<String, String> versions = new HashMap<>();
    Json json = answer.json(MAX_VERSION_ANSWER);
    json.onlyObject(() -> versions.putAll(json.texts(Set.of(VERSION, OLDEST, NEWEST))));
    return versions;
  }

  /** Returns product and version, as in "Docker Engine 26.1.5". */
  @Override
  public String toString() {
    return dialect.product() + " " + version;
  }
}
