package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.koi.core.dispatch.LogOf;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.Timing;
import dev.koi.core.status.Enabled;
import dev.koi.testkit.memory.InMemoryBackend;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an application says in code. */
@Isolated("the level of a log is the process's, and tests of the command set it")
class KoiBuilderTest {

  private final KoiBuilder builder = Koi.builder();

  @Test
  void withoutACallTheDefaultsApply() {
    assertThat(builder.settings().timing().resync()).isEqualTo(Duration.ofMinutes(1));
    assertThat(entry("docker").enabled()).isEqualTo(Enabled.AUTO);
  }

  @Test
  void valuesOfManyTypesAreTakenAndTheLastCallWins() {
    builder
        .set("koi.timing.find", "3 seconds")
        .set("koi.timing.list", Duration.ofMillis(1500))
        .set("koi.timing.resync", 5000)
        .set("koi.backends.docker.cert-path", Path.of("/etc/koi"))
        .set("koi.backends.docker.insecure", false)
        .set("koi.backends.docker.insecure", true);

    Timing timing = builder.settings().timing();
    assertThat(timing.find()).isEqualTo(Duration.ofSeconds(3));
    assertThat(timing.list()).isEqualTo(Duration.ofMillis(1500));
    assertThat(timing.resync()).isEqualTo(Duration.ofSeconds(5));
    assertThat(entry("docker").config().string("cert-path")).contains("/etc/koi");
    assertThat(entry("docker").config().bool("insecure", false)).isTrue();
    assertThat(entry("docker").enabled()).isEqualTo(Enabled.TRUE);
  }

  @Test
  void anEntryMayHaveAnyValuesIfItsBackendSaysNothing() {
    builder
        .entry("w", Map.of("type", "own", "dirs", List.of("a", "b"), "deep", Map.of("er", 1)))
        .entry("empty", Map.of());

    assertThat(entry("w").type()).isEqualTo("own");
    assertThat(entry("w").enabled()).isEqualTo(Enabled.TRUE);
    assertThat(entry("w").config().strings("dirs")).containsExactly("a", "b");
    assertThat(entry("w").config().string("deep.er")).contains("1");
    assertThat(entry("empty").enabled()).isEqualTo(Enabled.TRUE);
  }

  @Test
  void theConfigurationOfAnApplicationIsReadUnderKoi() {
    builder.config(
        ConfigFactory.parseString(
                "app.port = 1, koi.backends { podman.enabled = false, edge {}, backend-x.y = 1 }")
            .withFallback(ConfigFactory.parseResources("reference.conf")));

    assertThat(entry("podman").enabled()).isEqualTo(Enabled.FALSE);
    assertThat(entry("edge").enabled()).isEqualTo(Enabled.TRUE);
    assertThat(entry("docker").enabled()).as("only in reference.conf").isEqualTo(Enabled.AUTO);
  }

  @Test
  void codeBeatsTheFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("koi.conf");
    Files.writeString(file, "koi.timing { find = 1s, list = 1s }");
    builder.set("koi.timing.find", "2s").file(file);

    assertThat(builder.settings().timing().find()).isEqualTo(Duration.ofSeconds(2));
    assertThat(builder.settings().timing().list()).isEqualTo(Duration.ofSeconds(1));
  }

  /** Sees this file, or nothing, in place of all registrations. */
  private static ClassLoader registering(Optional<URL> file) {
    return new ClassLoader(KoiBuilderTest.class.getClassLoader()) {
      @Override
      public Enumeration<URL> getResources(String name) throws IOException {
        return name.startsWith("META-INF/services/")
            ? Collections.enumeration(file.stream().toList())
            : super.getResources(name);
      }
    };
  }

  @Test
  void withoutABackendLogAndStatusSayWhatIsMissing() {
    builder.classLoader(registering(Optional.empty()));

    assertThat(problemsInLogAndStatus())
        .singleElement()
        .asString()
        .startsWith("no backend is on the class path or module path; add koi-docker");
    builder.backend(new InMemoryBackend());
    assertThat(problemsInLogAndStatus()).isEmpty();
  }

  @Test
  void aBrokenBackendIsInLogAndStatus(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("registration"), "org.example.Missing");
    builder.classLoader(registering(Optional.of(file.toUri().toURL())));

    assertThat(problemsInLogAndStatus())
        .singleElement()
        .asString()
        .contains("org.example.Missing", "does not exist");
  }

  private List<String> problemsInLogAndStatus() {
    Logger logger = Logger.getLogger("dev.koi.configuration");
    List<LogRecord> records = new CopyOnWriteArrayList<>();
    LogOf log = new LogOf(records);
    Level before = logger.getLevel();
    logger.setLevel(Level.WARNING); // the command keeps it silent
    logger.addHandler(log);
    try (Koi koi = builder.start()) {
      assertThat(records)
          .extracting(LogRecord::getMessage)
          .containsAll(koi.status().problems())
          .hasSameSizeAs(koi.status().problems());
      return koi.status().problems();
    } finally {
      logger.removeHandler(log);
      logger.setLevel(before);
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            Koi.builder().set("koi.timing.lst", "1s"),
            "Koi.builder(): koi.timing.lst is not a setting; there are: "),
        Arguments.of(
            Koi.builder().set("koi.timing.list", Duration.ZERO),
            "Koi.builder(): koi.timing.list must be longer than nothing"),
        Arguments.of(
            Koi.builder().entry("docker", Map.of("hots", "x")),
            "Koi.builder(): koi.backends.docker.hots is not a setting; there are: "),
        Arguments.of(
            Koi.builder().entry("Edge 1", Map.of("type", "docker")),
            "Koi.builder(): koi.backends.Edge 1 is not a name"),
        Arguments.of(
            Koi.builder().only("dcoker"), "there is no backend 'dcoker'; there are: docker"),
        Arguments.of(
            Koi.builder().file(Path.of("/no/such.conf")), "/no/such.conf: there is no such file"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsRefusedInWordsForTheCallerOfTheBuilder(KoiBuilder wrong, String message) {
    assertThatThrownBy(wrong::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .message()
        .doesNotContain("--set");
  }

  @Test
  void whatIsNoValueIsRefusedAtOnce() {
    assertThatThrownBy(() -> builder.set("koi.timing.list", Thread.currentThread()))
        .hasMessageContaining("a value is a text, number, boolean, Duration, Path");
    assertThatThrownBy(() -> builder.set("a..b", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Koi.builder(): ");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.set("koi.timing.list", null))
        .withMessage("koi.timing.list");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.entry("docker", null))
        .withMessage("the values of entry docker");
  }

  @Test
  void aTimingHasNoNullAndNothingBelowZero() {
    for (int i = 0; i < 8; i++) {
      Duration[] times = new Duration[8];
      Arrays.fill(times, Duration.ofSeconds(1));
      assertThatCode(() -> timing(times)).doesNotThrowAnyException();
      times[i] = null;
      assertThatNullPointerException().isThrownBy(() -> timing(times));
      times[i] = Duration.ofSeconds(-1);
      assertThatThrownBy(() -> timing(times))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith(" must be longer than nothing but was PT-1S");
    }
  }

  private static Timing timing(Duration[] t) {
    return new Timing(t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7]);
  }

  private BackendSettings entry(String name) {
    KoiSettings settings = builder.settings();
    return settings.backends().stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
