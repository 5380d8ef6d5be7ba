package dev.koi.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.koi.core.status.Enabled;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {

  @TempDir Path directory;

  @Test
  void defaultsComeFromTheJars() {
    KoiSettings settings = load("");

    assertThat(settings.timing().resync()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.backends())
        .extracting(BackendSettings::name, BackendSettings::enabled)
        .contains(
            org.assertj.core.groups.Tuple.tuple("docker", Enabled.AUTO),
            org.assertj.core.groups.Tuple.tuple("podman", Enabled.AUTO));
  }

  @Test
  void twoEntriesMayHaveOneType() {
    KoiSettings settings =
        load("koi.backends.edge-1 { type = docker, host = \"tcp://127.0.0.1:2375\" }");

    BackendSettings edge = entry(settings, "edge-1");
    assertThat(edge.type()).isEqualTo("docker");
    assertThat(edge.config().string("host")).contains("tcp://127.0.0.1:2375");
    assertThat(entry(settings, "docker").config().string("host")).isEmpty();
  }

  @Test
  void anEntryThatSomebodyWroteIsWanted() {
    KoiSettings settings = load("koi.backends.docker.host = \"unix:///x.sock\"");

    assertThat(entry(settings, "docker").enabled()).isEqualTo(Enabled.TRUE);
    assertThat(entry(settings, "podman").enabled()).isEqualTo(Enabled.AUTO);
  }

  @Test
  void enabledIsWhatTheFileSays() {
    KoiSettings settings =
        load("koi.backends { docker.enabled = false, podman { enabled = auto, host = x } }");

    assertThat(entry(settings, "docker").enabled()).isEqualTo(Enabled.FALSE);
    assertThat(entry(settings, "podman").enabled()).isEqualTo(Enabled.AUTO);
  }

  @Test
  void aSingleSettingIsTakenAsWrittenAndBeatsTheFile() throws IOException {
    Path file = file("koi.backends.docker.host = a");

    KoiSettings settings =
        SettingsLoader.load(
            ConfigFactory.parseMap(
                Map.of("koi.backends.docker.host", "unix:///run/${x}.sock # not a comment")),
            Optional.of(file),
            getClass().getClassLoader());

    assertThat(entry(settings, "docker").config().string("host"))
        .contains("unix:///run/${x}.sock # not a comment");
  }

  @Test
  void aBackendWithoutDefaultsMayHaveAnyKeys() {
    KoiSettings settings = load("koi.backends.other { dir = /srv, deep { er = [1, 2] } }");

    assertThat(entry(settings, "other").config().string("dir")).contains("/srv");
    assertThat(entry(settings, "other").config().strings("deep.er")).containsExactly("1", "2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "koi { timing { | koi.conf: 1: ",
        "x = 1 | koi.conf: 1: x is not a setting",
        "koi.tming.list = 3s | koi.conf: 1: koi.tming is not a setting; there are: announce, backends, fleet, serve, timing",
        "koi.timing.lst = 3s | koi.conf: 1: koi.timing.lst is not a setting",
        "koi.timing.list = soon | koi.conf: 1: koi.timing.list must be a duration such as 500ms, 10s"
            + " or 5m, but is 'soon'",
        "koi.timing.list = 0s | koi.conf: 1: koi.timing.list must be longer than nothing but was 0s",
        "koi.timing.list = 400000000d | koi.conf: 1: koi.timing.list must be at most 365 days",
        "koi.timing.backoff-min = 31s | koi.conf: 1: koi.timing.backoff-min must not be longer than",
        "koi.backends.docker.host { a = 1 } | koi.conf: 1: koi.backends.docker.host must be a single",
        "koi.backends.docker.host = [a, b] | koi.conf: 1: koi.backends.docker.host must be a single",
        "koi.backends.docker = 3 | koi.conf: 1: koi.backends.docker must be an entry { ... }",
        "koi.backends.docker.hots = x | koi.conf: 1: koi.backends.docker.hots is not a setting",
        "koi.backends.docker.enabled = perhaps"
            + " | koi.conf: 1: koi.backends.docker.enabled must be auto, true or false but"
            + " was perhaps",
        "koi.backends.docker.enabled = [a] | koi.conf: 1: koi.backends.docker.enabled must be a single value",
        "koi.backends.e.type = '' | koi.conf: 1: koi.backends.e.type must be the name of a backend, such as"
            + " docker, but was",
        "koi.backends.e.type = docker.host | koi.conf: 1: koi.backends.e.type must be the name of a",
        "koi.backends.Docker {} | koi.conf: 1: koi.backends.Docker is not a name",
        "koi.backends.e.host = ${nowhere} | koi.conf: 1: Could not resolve substitution",
      })
  void whatCannotBeUsedIsNamedWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> load(text))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(directory + "/" + message);
  }

  @Test
  void whatABackendSaysOfAValueIsToldWithItsPlace() {
    BackendSettings edge = entry(load("koi.backends.edge {\n type = docker\n host = x\n}"), "edge");

    assertThat(edge.placed(edge.config().invalid("host", "must begin with unix://").getMessage()))
        .isEqualTo(
            directory + "/koi.conf: 3: koi.backends.edge.host must begin with unix:// but was x");
    assertThat(edge.placed(edge.config().invalid("insecure", "must be").getMessage()))
        .startsWith("koi.backends.edge.insecure must be");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "koi.backends.edge { password = hunter2\"x }",
        "koi.backends.edge { password = hunter2: x }",
        "koi.backends.edge { password = [hunter2, }",
        "koi.backends.edge.password = hunter2${nowhere}",
        "koi.backends.docker { password = hunter2 }",
        "koi.backends.docker { host { password = hunter2 } }",
      })
  void noMessageShowsASecret(String text) {
    assertThatThrownBy(() -> load(text)).message().doesNotContain("hunter2");
  }

  @Test
  void aSettingOfTheEnvironmentBeatsTheFile() throws Exception {
    Path file = file("koi { timing.list = 3s, backends.docker.host = a }");
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            SettingsLoaderTest.class.getName(),
            file.toString());
    command.environment().put("CONFIG_FORCE_koi_timing_disconnect__grace", "7s");
    command.environment().put("CONFIG_FORCE_koi_backends_docker_host", "unix:///b");
    Process process = command.redirectErrorStream(true).start();

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("list=PT3S", "disconnectGrace=PT7S", "host=unix:///b");
  }

  /** Shows the settings of that file. */
  public static void main(String[] args) {
    System.out.println(
        SettingsLoader.load(
            ConfigFactory.empty(),
            Optional.of(Path.of(args[0])),
            SettingsLoaderTest.class.getClassLoader()));
  }

  @Test
  void defaultsThatShadingHasLostAreNamedWithWhatHelps() throws IOException {
    try (URLClassLoader empty = new URLClassLoader(new URL[0], null)) {
      assertThatThrownBy(() -> SettingsLoader.load(ConfigFactory.empty(), Optional.empty(), empty))
          .isInstanceOf(SettingsException.class)
          .hasMessageStartingWith("the defaults of koi-core are missing")
          .hasMessageContainingAll("AppendingTransformer", "ServicesResourceTransformer");
    }
  }

  @Test
  void twoEntriesOfOneNameAreRefused() {
    KoiSettings settings = load("");
    List<BackendSettings> twice = List.of(entry(settings, "docker"), entry(settings, "docker"));

    assertThatThrownBy(() -> new KoiSettings(settings.timing(), twice, Set.of()))
        .hasMessage("there are two entries named 'docker'");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () ->
                SettingsLoader.load(
                    ConfigFactory.empty(),
                    Optional.of(directory.resolve("no.conf")),
                    getClass().getClassLoader()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("no.conf");
  }

  private KoiSettings load(String text) {
    try {
      return SettingsLoader.load(
          ConfigFactory.empty(), Optional.of(file(text)), getClass().getClassLoader());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("koi.conf"), text);
  }

  private static BackendSettings entry(KoiSettings settings, String name) {
    return settings.backends().stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
