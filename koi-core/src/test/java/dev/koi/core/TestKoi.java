package dev.koi.core;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.Enabled;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts what tests of the whole core look at: a Koi of a few entries, and no others. */
final class TestKoi {

  private static final Duration STOP = Duration.ofSeconds(5);

  /** Short deadlines, for backends that miss them. */
  static final Timing QUICK =
      timing(Duration.ofMillis(300), Duration.ofMillis(400), Duration.ofMillis(200));

  /** Lists are frequent, and no call misses its deadline because the machine is busy. */
  static final Timing OFTEN_LISTED =
      timing(Duration.ofMinutes(1), Duration.ofMillis(400), Duration.ofMillis(200));

  /** No call misses its deadline, and no list makes up for a lost hint. */
  static final Timing WITHOUT_RESYNC =
      timing(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofMillis(200));

  static Timing timing(Duration deadline, Duration resync, Duration grace) {
    return new Timing(
        deadline,
        deadline,
        deadline,
        resync,
        grace,
        Duration.ofMillis(10),
        Duration.ofMillis(100),
        deadline.compareTo(STOP) < 0 ? deadline : STOP);
  }

  private TestKoi() {}

  static Koi start(Timing timing, RuntimeBackend backend, BackendSettings... entries) {
    return Koi.builder()
        .settings(
            new KoiSettings(
                timing,
                List.of(entries),
                Stream.of(entries).map(BackendSettings::name).collect(toUnmodifiableSet())))
        .backend(backend)
        .start();
  }

  static BackendSettings entry(String name, String type) {
    return new BackendSettings(type, Enabled.TRUE, BackendConfig.of(name, Map.of()));
  }
}
