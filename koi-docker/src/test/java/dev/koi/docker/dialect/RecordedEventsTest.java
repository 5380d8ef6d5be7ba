package dev.koi.docker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.docker.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The events that engines have sent during each operation, Podman from its file and from the
 * journal. A star marks those after which a container is inspected, a bracket those that are about
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
    boolean docker = recording.startsWith("docker");
    StringBuilder text = new StringBuilder();
    for (String line : resource(recording + ".events.txt").lines().toList()) {
      text.append(
          line.startsWith("# ") ? "\n" + line.substring(2) + ":" : " " + rendered(docker, line));
    }
    assertThat(text.append('\n').substring(1)).isEqualTo(resource(recording + ".hints.txt"));
  }

  private static String rendered(boolean docker, String line) throws IOException {
    Json json = new Json(new ByteArrayInputStream(line.getBytes(UTF_8)), line.length());
    assertThat(json.next()).isTrue();
    EngineEvent event = EngineEvent.read(json);
    boolean hint = event.changedContainer(docker ? event.container() : event.actor()).isPresent();
    if (!event.type().equals("container") && !event.type().equals("network")) {
      assertThat(hint).isFalse();
      return "[" + event.type() + " " + event.action() + "]";
    }
    String action = event.type().equals("network") ? "net:" + event.action() : event.action();
    String health = event.health().isEmpty() ? "" : "=" + event.health();
    return action + health + (hint ? "*" : "");
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = RecordedEventsTest.class.getResourceAsStream(name)) {
      return stream == null ? "" : new String(stream.readAllBytes(), UTF_8);
    }
  }
}
