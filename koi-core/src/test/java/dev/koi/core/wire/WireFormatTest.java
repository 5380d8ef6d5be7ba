package dev.koi.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.ContainerPort;
import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.RuntimeEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireFormatTest {

  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private static Instance.Builder web() {
    return Instance.builder("docker", "4f", "shop-web-1").discoveredAt(TIME);
  }

  @Test
  void anInstanceHasTheFieldNamesOfKoiRuntimeAndLaterOnes() {
    Instance instance =
        web()
            .image("nginx:1")
            .state(InstanceState.PAUSED)
            .health(Health.HEALTHY)
            .ports(List.of(new PortMapping(8080, 80, PortProtocol.TCP, "0.0.0.0")))
            .exposedPorts(List.of(new ContainerPort(80, PortProtocol.TCP)))
            .networks(List.of(Network.of("shop_default", List.of("172.18.0.2"))))
            .labels(
                Map.of(
                    "com.docker.compose.config-hash", "5f2c",
                    "com.docker.compose.project", "shop",
                    "com.docker.compose.service", "web",
                    "com.docker.compose.container-number", "1",
                    "koi.announce", "shop",
                    "koi.health.interval", "30"))
            .pod("shop-pod")
            .startedAt(TIME)
            .build();

    assertThat(WireFormat.json(List.of(instance)))
        .isEqualTo(
            """
            [{"id":"4f","name":"web","container_name":"shop-web-1","image":"nginx:1",\
            "backend":"docker","state":"paused","health":"healthy",\
            "ports":[{"host_port":8080,"container_port":80,"protocol":"tcp","host_ip":"0.0.0.0"}],\
            "exposed_ports":[{"port":80,"protocol":"tcp"}],"ips":["172.18.0.2"],\
            "networks":[{"name":"shop_default","ips":["172.18.0.2"]}],\
            "labels":{"com.docker.compose.config-hash":"5f2c",\
            "com.docker.compose.container-number":"1",\
            "com.docker.compose.project":"shop","com.docker.compose.service":"web",\
            "koi.announce":"shop","koi.health.interval":"30"},\
            "compose":{"project":"shop","service":"web","number":1},"pod":"shop-pod",\
            "metadata":{"enable":true,"name":"shop","dns_name":"shop","txt":{},\
            "health_interval":30},\
            "started_at":"2026-01-02T03:04:05Z","discovered_at":"2026-01-02T03:04:05Z"}]""");
  }

  @Test
  void aOneOffContainerIsMarked() {
    Instance instance =
        web()
            .labels(
                Map.of(
                    "com.docker.compose.config-hash", "5f2c",
                    "com.docker.compose.project", "shop",
                    "com.docker.compose.service", "web",
                    "com.docker.compose.oneoff", "True"))
            .build();

    assertThat(WireFormat.json(List.of(instance)))
        .contains(
            "\"name\":\"shop-web-1\"",
            "\"compose\":{\"project\":\"shop\",\"service\":\"web\",\"oneoff\":true}");
  }

  @Test
  void absentValuesAreLeftOut() {
    assertThat(WireFormat.json(List.of(web().build())))
        .isEqualTo(
            """
            [{"id":"4f","name":"shop-web-1","container_name":"shop-web-1","backend":"docker",\
            "state":"running","health":"none","ports":[],"exposed_ports":[],"ips":[],\
            "networks":[],"labels":{},"metadata":{"txt":{}},\
            "discovered_at":"2026-01-02T03:04:05Z"}]""");
  }

  @Test
  void anEventHasTheFieldsOfItsType() {
    Instance was = web().build();
    Instance now = web().state(InstanceState.PAUSED).build();

    assertThat(WireFormat.json(new RuntimeEvent.Started("docker", TIME, 1, was)))
        .startsWith(
            "{\"type\":\"started\",\"time\":\"2026-01-02T03:04:05Z\",\"sequence\":1,"
                + "\"backend\":\"docker\",\"instance\":{\"id\":\"4f\"");
    assertThat(
            WireFormat.json(
                new RuntimeEvent.Updated("docker", TIME, 2, was, now, List.of("state"))))
        .contains("\"type\":\"updated\"", "\"state\":\"paused\"", "\"changed\":[\"state\"]");
    assertThat(WireFormat.json(new RuntimeEvent.Stopped("docker", TIME, 3, was)))
        .contains("\"type\":\"stopped\"", "\"instance\":{\"id\":\"4f\"");
    assertThat(WireFormat.json(new RuntimeEvent.BackendDisconnected("docker", TIME, 4, "gone")))
        .isEqualTo(
            "{\"type\":\"disconnected\",\"time\":\"2026-01-02T03:04:05Z\",\"sequence\":4,"
                + "\"backend\":\"docker\",\"reason\":\"gone\"}");
    assertThat(WireFormat.json(new RuntimeEvent.BackendReconnected("docker", TIME, 5)))
        .isEqualTo(
            "{\"type\":\"reconnected\",\"time\":\"2026-01-02T03:04:05Z\",\"sequence\":5,"
                + "\"backend\":\"docker\"}");
  }

  @Test
  void controlCharactersAreEscaped() {
    Instance hostile =
        web()
            .labels(Map.of("x", "\u001b]0;owned\u0007 \u009b \u007f \u202e \u2028 \ud800 \n"))
            .build();

    assertThat(WireFormat.json(List.of(hostile))).matches("[ -~]+");
  }
}
