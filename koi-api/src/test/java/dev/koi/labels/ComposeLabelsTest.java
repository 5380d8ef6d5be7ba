package dev.koi.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeLabelsTest {

  private final Map<String, String> labels =
      new HashMap<>(
          Map.of(
              "com.docker.compose.config-hash", "5f2c",
              "com.docker.compose.project", "shop",
              "com.docker.compose.service", "web"));

  @ParameterizedTest
  @CsvSource({"3,3", "0,0", "-1,0", "x,0", "'',0", "99999999999,0"})
  void anInvalidReplicaNumberIsZero(String text, int number) {
    assertThat(ComposeLabels.read(labels)).isEqualTo(new ComposeLabels("shop", "web", 0, false));
    labels.put("com.docker.compose.container-number", text);
    assertThat(ComposeLabels.read(labels).number()).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({"project", "service", "config-hash"})
  void projectServiceAndHashAreRequired(String missing) {
    labels.remove("com.docker.compose." + missing);
    assertThat(ComposeLabels.read(labels)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"project", "service"})
  void namesAreNotBlank(String blank) {
    labels.put("com.docker.compose." + blank, " ");
    assertThat(ComposeLabels.read(labels)).isNull();
  }

  @Test
  void podmanComposeHasAHashOfItsOwn() {
    labels.remove("com.docker.compose.config-hash");
    labels.put("io.podman.compose.config-hash", "9e1a");
    assertThat(ComposeLabels.read(labels)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"True,true", "true,true", "False,false", "'',false"})
  void aOneOffIsMarked(String text, boolean oneOff) {
    labels.put("com.docker.compose.oneoff", text);
    assertThat(ComposeLabels.read(labels).oneOff()).isEqualTo(oneOff);
  }
}
