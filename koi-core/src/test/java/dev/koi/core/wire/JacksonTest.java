package dev.koi.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.RuntimeEvent;
import dev.koi.core.Koi;
import dev.koi.core.status.KoiStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * An application that has Jackson, and knows nothing of Koi's form, writes it: Spring Boot 3 with
 * Jackson 2, Spring Boot 4 with Jackson 3.
 */
class JacksonTest {

  private final com.fasterxml.jackson.databind.ObjectMapper two =
      new com.fasterxml.jackson.databind.json.JsonMapper();
  private final tools.jackson.databind.ObjectMapper three =
      new tools.jackson.databind.json.JsonMapper();
  private final Instance web =
      Instance.builder("docker", "4f", "shop-web-1")
          .health(Health.HEALTHY)
          .ports(List.of(new PortMapping(8080, 80, PortProtocol.TCP, "0.0.0.0")))
          .labels(Map.of("koi.announce", "shop"))
          .startedAt(Instant.EPOCH)
          .discoveredAt(Instant.EPOCH)
          .build();
  private final Instance renamed =
      Instance.builder("docker", "4f", "other").discoveredAt(Instant.EPOCH).build();

  @Test
  void instancesAreWrittenInTheWireForm() throws Exception {
    List<Instance> instances = new ArrayList<>(List.of(web, renamed));
    String expected = WireFormat.json(instances);

    assertThat(two.writeValueAsString(instances)).isEqualTo(expected);
    assertThat(three.writeValueAsString(instances)).isEqualTo(expected);
    assertThat(three.writeValueAsString(Map.of("web", web)))
        .contains(WireFormat.json(List.of(web)).replaceAll("^.|.$", ""));
  }

  @Test
  void everyEventIsWrittenInTheWireForm() throws Exception {
    Instant now = Instant.EPOCH;
    List<RuntimeEvent> events =
        List.of(
            new RuntimeEvent.Started("docker", now, 1, web),
            new RuntimeEvent.Updated("docker", now, 2, web, renamed, web.changedFields(renamed)),
            new RuntimeEvent.Stopped("docker", now, 3, renamed),
            new RuntimeEvent.BackendSynced("docker", now, 4),
            new RuntimeEvent.BackendDisconnected("docker", now, 5, "lost"),
            new RuntimeEvent.BackendReconnected("docker", now, 6));
    for (RuntimeEvent event : events) {
      assertThat(two.writeValueAsString(event)).isEqualTo(WireFormat.json(event));
      assertThat(three.writeValueAsString(event)).isEqualTo(WireFormat.json(event));
    }
  }

  @Test
  void theStatusIsWrittenInTheWireForm() throws Exception {
    try (Koi koi = Koi.builder().entry("docker", Map.of("enabled", false)).start()) {
      koi.subscribe(event -> {});
      KoiStatus status = koi.status();

      // As trees: the jars' paths may have letters that Koi escapes and Jackson does not.
      String written = two.writeValueAsString(status);
      assertThat(two.readTree(written)).isEqualTo(two.readTree(WireFormat.json(status.toMap())));
      assertThat(three.writeValueAsString(status)).isEqualTo(written);
      assertThat(WireFormat.json(status.toMap()))
          .startsWith(
              "{\"backends\":[{\"name\":\"docker\",\"type\":\"docker\",\"enabled\":\"false\"");
    }
  }
}
