package dev.koi.core;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.Enabled;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.Timing;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts what tests of the whole core look at: a Koi of a few entries, and no others. */
final class TestKoi {

  static final Timing QUICK =
      new Timing(
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofMillis(400),
          Duration.ofMillis(200),
          Duration.ofMillis(10),
          Duration.ofMillis(100),
          Duration.ofMillis(500));

  /** A list never comes to the rescue of what the hints should have told. */
  static final Timing WITHOUT_RESYNC =
      new Timing(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofHours(1),
          Duration.ofMillis(200),
          Duration.ofMillis(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(5));

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
