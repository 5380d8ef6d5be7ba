package dev.koi.docker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiVersionTest {

  @ParameterizedTest
  @CsvSource({
    "1.12, 1.41, 1.41", // Docker 20.10
    "1.24, 1.45, 1.45", // Docker 26
    "1.24, 1.51, 1.51", // Docker 28
    "1.40, 1.55, 1.51", // newer than we know
    "1.60, 1.70, 1.60", // newer than we know, and no longer what we know
    "1.12, 1.24, 1.24",
    "1.24, 2.3, 1.51"
  })
  void whatIsSpokenIsKnownToBothIfPossible(String oldest, String newest, String spoken) {
    assertThat(
            ApiVersion.between(
                ApiVersion.parse(oldest).orElseThrow(), ApiVersion.parse(newest).orElseThrow()))
        .hasToString(spoken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1.x", "v1.41", "1.41.2", "1.41 ", "99999.1"})
  void whatIsNoVersionIsNone(String text) {
    assertThat(ApiVersion.parse(text)).isEmpty();
  }
}
