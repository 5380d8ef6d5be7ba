package dev.koi.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.koi.spi.BackendConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An entry of a backend and {@code koi.timing} accept the same durations. */
class DurationGrammarTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "500ms",
        "10s",
        "10 seconds",
        "1 second",
        "5m",
        "2 minutes",
        "1.5h",
        "1 hour",
        "1d",
        "2 days",
        "10000",
        "0.5",
        "3us",
        "3 micros",
        "4ns",
        "4 nanoseconds",
        " 7 millis "
      })
  void aDurationMeansTheSameInAnEntryAndInTheTiming(String text) {
    Duration timing = ConfigFactory.parseMap(Map.of("t", text)).getDuration("t");
    BackendConfig entry = BackendConfig.of("docker", Map.of("t", text));
    assertThat(entry.duration("t", Duration.ZERO)).isEqualTo(timing);
  }
}
