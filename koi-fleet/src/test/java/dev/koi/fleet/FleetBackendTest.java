package dev.koi.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class FleetBackendTest {

  private static void assertInvalid(String message, Map<String, ?> values) {
    BackendConfig config = BackendConfig.of("eu", values);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FleetBackend().connect(config))
        .withMessageStartingWith("koi.backends.eu." + message)
        .withMessageNotContaining("hunter2");
  }

  @Test
  void aValueThatCannotBeUsedIsNamed() {
    String here = "http://127.0.0.1:1";
    assertInvalid("endpoints must name at least one server", Map.of());
    assertInvalid("endpoints must be addresses such as", Map.of("endpoints", "etcd:2379"));
    assertInvalid("endpoints must name no user", Map.of("endpoints", "http://u:hunter2@e:1"));
    assertInvalid(
        "endpoints must be https unless koi.backends.eu.insecure = true",
        Map.of("endpoints", List.of(here, "http://etcd:2379")));
    assertInvalid("prefix must be", Map.of("endpoints", here, "prefix", "koi"));
    assertInvalid("password-file is missing", Map.of("endpoints", here, "user", "u"));
    assertInvalid("user is missing", Map.of("endpoints", here, "password-file", "/p"));
    assertInvalid("forget-after must be at least", Map.of("endpoints", here, "forget-after", "3s"));
  }

  @Test
  void itIsAServiceOfItsJar() {
    assertThat(ServiceLoader.load(RuntimeBackend.class))
        .anySatisfy(backend -> assertThat(backend).isInstanceOf(FleetBackend.class));
    assertThat(new FleetBackend().name()).isEqualTo("fleet");
  }
}
