package dev.koi.podman;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodmanDialectTest {

  @ParameterizedTest
  @CsvSource({
    "36f26c5a1760-infra, localhost/podman-pause:4.3.1-0, , true",
    "chosen, localhost/podman-pause:5.4.2-0, /catatonit -P, true",
    "36f26c5a1760-infra, '', '', true",
    "fc5d35b5dc38-service, '', /catatonit -P, true", // of podman kube play --service-container
    "36f26c5a1760-infra, web:1, sleep 300, false",
    "my-infra, '', sleep 300, false",
    "web, web:1, /catatonit -P, false"
  })
  void podmansOwnContainersAreInfrastructure(
      String name, String image, String command, boolean infrastructure) {
    assertThat(
            new PodmanDialect()
                .isInfrastructure(name, image, command == null ? "" : command, Map.of()))
        .isEqualTo(infrastructure);
  }
}
