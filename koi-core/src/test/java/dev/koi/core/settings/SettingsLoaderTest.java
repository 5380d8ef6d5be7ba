package dev.koi.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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
            Optional.of(file),
            Map.of("koi.backends.docker.host", "unix:///run/${x}.sock # not a comment"),
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
        "koi.tming.list = 3s | koi.conf: 1: koi.tming is not a setting; there are: backends, timing",
        "koi.timing.lst = 3s | koi.conf: 1: koi.timing.lst is not a setting",
        "koi.timing.list = soon | koi.conf: 1: Invalid value at 'koi.timing.list'",
        "koi.timing.list = 0s | koi.conf: 1: koi.timing.list must be longer than nothing",
        "koi.backends.docker = 3 | koi.conf: 1: koi.backends.docker must be an entry { ... }",
        "koi.backends.docker.hots = x | koi.conf: 1: koi.backends.docker.hots is not a setting",
        "koi.backends.docker.enabled = perhaps"
            + " | koi.conf: 1: koi.backends.docker.enabled must be auto, true or false",
        "koi.backends.docker.enabled = [a] | koi.conf: 1: koi.backends.docker.enabled must be a text",
        "koi.backends.Docker {} | koi.conf: 1: koi.backends.Docker is not a name",
        "koi.backends.e.host = ${nowhere} | koi.conf: 1: Could not resolve substitution",
      })
  void whatCannotBeUsedIsNamedWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> load(text))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(directory + "/" + message);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () ->
                SettingsLoader.load(
                    Optional.of(directory.resolve("no.conf")),
                    Map.of(),
                    getClass().getClassLoader()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("no.conf");
  }

  private KoiSettings load(String text) {
    try {
      return SettingsLoader.load(Optional.of(file(text)), Map.of(), getClass().getClassLoader());
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
