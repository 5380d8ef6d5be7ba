package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The events that engines have sent during each operation, Podman from its file and from the
 * journal. A star marks those after which a container is looked at, a bracket those that are about
 * no container.
 */
class RecordedEventsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker-20.10.24",
        "docker-26.1.5",
        "podman-4.3.1",
        "podman-4.3.1-journald",
        "podman-5.4.2",
        "podman-5.4.2-journald"
      })
  void whatEnginesHaveSentIsUnderstood(String recording) throws IOException {
    EngineDialect dialect =
        recording.startsWith("docker") ? EngineDialect.DOCKER : EngineDialect.PODMAN;
    StringBuilder text = new StringBuilder();
    for (String line : resource(recording + ".events.txt").lines().toList()) {
      text.append(
          line.startsWith("# ") ? "\n" + line.substring(2) + ":" : " " + told(dialect, line));
    }
    assertThat(text.append('\n').substring(1)).isEqualTo(resource(recording + ".hints.txt"));
  }

  private static String told(EngineDialect dialect, String json) throws IOException {
    JsonParser parser = Json.stream(new ByteArrayInputStream(json.getBytes(UTF_8)));
    parser.nextToken();
    EngineEvent event = EngineEvent.read(parser);
    if (!event.type().equals("container") && !event.type().equals("network")) {
      assertThat(dialect.changedContainer(event)).isEmpty();
      return "[" + event.type() + " " + event.action() + "]";
    }
    String action = event.type().equals("network") ? "net:" + event.action() : event.action();
    String health = event.health().isEmpty() ? "" : "=" + event.health();
    boolean hint = dialect.changedContainer(event).isPresent();
    return action + health + (hint ? "*" : "");
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = RecordedEventsTest.class.getResourceAsStream(name)) {
      return stream == null ? "" : new String(stream.readAllBytes(), UTF_8);
    }
  }
}
