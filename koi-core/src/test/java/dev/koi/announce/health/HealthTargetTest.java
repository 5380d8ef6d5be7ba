package dev.koi.announce.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTargetTest {

  private static Instance.Builder web(String hostIp) {
    return Instance.builder("docker", "1", "web")
        .ports(
            List.of(
                new PortMapping(2222, 22, PortProtocol.TCP, hostIp),
                new PortMapping(5353, 53, PortProtocol.UDP, hostIp),
                new PortMapping(8080, 80, PortProtocol.TCP, hostIp)));
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, GET http://127.0.0.1:8080/up",
    "::, GET http://[::1]:8080/up",
    "10.9.0.7, GET http://10.9.0.7:8080/up",
  })
  void thePublishedAddressIsCheckedAndNoOther(String hostIp, String check) {
    Instance instance = web(hostIp).labels(Map.of("koi.health.path", "/up")).build();

    assertThat(HealthTarget.of(instance)).hasToString("Optional[" + check + "]");
  }

  @Test
  void theLabelsGiveKindAndTimes() {
    Map<String, String> labels =
        Map.of("koi.health.kind", "tcp", "koi.health.interval", "1m", "koi.health.timeout", "5s");

    HealthTarget target = HealthTarget.of(web("").labels(labels).build()).orElseThrow();

    assertThat(target).hasToString("TCP 127.0.0.1:8080");
    assertThat(target.interval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(target.timeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void nothingElseIsChecked() {
    Map<String, String> labels = Map.of("koi.health.path", "/up");

    assertThat(HealthTarget.of(web("").build())).isEmpty();
    assertThat(HealthTarget.of(web("").labels(labels).state(InstanceState.PAUSED).build()))
        .isEmpty();
    assertThat(HealthTarget.of(web("").labels(labels).ports(List.of()).build())).isEmpty();
  }
}
