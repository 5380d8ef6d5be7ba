package dev.koi.docker.engine;

import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.MessageHeaders;

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

  private static Pong read(MessageHeaders head, InputStream body) throws IOException {
    body.readNBytes(MAX_BODY); // to its end: the connection can be used again
    String podmanVersion = header(head, "Libpod-Api-Version");
    boolean podman = !podmanVersion.isEmpty() || header(head, "Server").startsWith("Libpod/");
    return new Pong(
        podman ? EngineDialect.PODMAN : EngineDialect.DOCKER,
        podmanVersion,
        header(head, "Api-Version"),
        time(header(head, "Date")));
  }

  private static String header(MessageHeaders head, String name) {
    Header header = head.getFirstHeader(name);
    return header == null ? "" : header.getValue();
  }

  private static long time(String date) {
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
    } catch (DateTimeException e) {
      return 0;
    }
  }
}
