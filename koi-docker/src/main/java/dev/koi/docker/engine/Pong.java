package dev.koi.docker.engine;

import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * What the headers of {@code /_ping} tell.
 *
 * @param dialect who answers; neither a socket's path nor the API's version would tell
 * @param podmanVersion Podman's own version; empty if unknown or if it is Docker
 * @param apiVersion the newest that is spoken; empty if it does not say
 * @param time the engine's clock, in seconds; 0 if it does not say
 */
record Pong(EngineDialect dialect, String podmanVersion, String apiVersion, long time) {

  private static final int MAX_BODY = 1 << 10;

  static Pong of(EngineHttp http, Duration deadline) throws IOException, InterruptedException {
    return http.get(EngineRequest.ping(), deadline, Pong::read);
  }

  private static Pong read(Response response) throws IOException {
    response.getBody().readNBytes(MAX_BODY); // to its end: the connection can be used again
    String podmanVersion = header(response, "Libpod-Api-Version");
    boolean podman = !podmanVersion.isEmpty() || header(response, "Server").startsWith("Libpod/");
    return new Pong(
        podman ? EngineDialect.PODMAN : EngineDialect.DOCKER,
        podmanVersion,
        header(response, "Api-Version"),
        time(header(response, "Date")));
  }

  private static String header(Response response, String name) {
    String value = response.getHeader(name);
    return value == null ? "" : value;
  }

  private static long time(String date) {
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
    } catch (DateTimeException e) {
      return 0;
    }
  }
}
