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
 * @param podman whether it is Podman that answers; neither the socket's path nor the version would
 *     tell
 * @param time the engine's clock, in seconds; 0 if it does not say
 */
record Pong(boolean podman, long time) {

  private static final int MAX_BODY = 1 << 10;

  static Pong of(EngineHttp http, Duration deadline) throws IOException, InterruptedException {
    return http.get(EngineRequest.ping(), deadline, Pong::read);
  }

  private static Pong read(Response response) throws IOException {
    response.getBody().readNBytes(MAX_BODY); // to its end, so that the connection can be used again
    String server = response.getHeader("Server");
    return new Pong(
        response.getHeader("Libpod-Api-Version") != null
            || (server != null && server.startsWith("Libpod/")),
        time(response.getHeader("Date")));
  }

  private static long time(String date) {
    try {
      return date == null
          ? 0
          : ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
    } catch (DateTimeException e) {
      return 0;
    }
  }
}
