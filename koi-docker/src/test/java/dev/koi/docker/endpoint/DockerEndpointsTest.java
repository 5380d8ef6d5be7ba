package dev.koi.docker.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.net.PemDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerEndpointsTest {

  /** SHA-256 of "edge", by which Docker names the directories of that context. */
  private static final String EDGE =
      "a1cb100f57e971cacf269e7c26e4630a25a8e9d4bdd35e32df1a80b66b896254";

  @TempDir Path home;

  private final Map<String, Object> config = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> warnings = new ArrayList<>();

  @Test
  void withoutAnySettingTheUsualPlacesAreTried() throws IOException {
    environment.put("XDG_RUNTIME_DIR", "/run/user/1000");

    assertThat(endpoints())
        .extracting(EngineEndpoint::toString)
        .containsExactly(
            "unix:///var/run/docker.sock",
            "unix:///run/user/1000/docker.sock",
            "unix://" + home + "/.docker/run/docker.sock",
            "unix://" + home + "/.docker/desktop/docker.sock",
            "unix://" + home + "/.colima/default/docker.sock",
            "unix://" + home + "/.orbstack/run/docker.sock",
            "unix://" + home + "/.rd/docker.sock");
  }

  @Test
  void aRuntimeDirectoryOfAnotherNameIsTriedAsWell() throws IOException {
    environment.put("XDG_RUNTIME_DIR", "/tmp/runtime");

    assertThat(endpoints())
        .extracting(EngineEndpoint::address)
        .contains("unix:///tmp/runtime/docker.sock", "unix:///run/user/1000/docker.sock");
  }

  @Test
  void onWindowsThePipeIsTried() throws IOException {
    assertThat(
            DockerEndpoints.of(
                config(), new ProcessEnvironment(environment, home, "", true), warnings::add))
        .extracting(EngineEndpoint::toString)
        .containsExactly(
            "npipe:////./pipe/docker_engine", "npipe:////./pipe/dockerDesktopLinuxEngine");
  }

  @Test
  void everyColimaProfileIsTried() throws IOException {
    write(".colima/edge/docker.sock", "");
    write(".colima/_lima/lima.yaml", "");
    write(".colima/arm/docker.sock", "");
    write(".colima/default/docker.sock", "");

    assertThat(endpoints())
        .extracting(EngineEndpoint::address)
        .filteredOn(address -> address.contains("colima"))
        .containsExactly(
            "unix://" + home + "/.colima/default/docker.sock",
            "unix://" + home + "/.colima/arm/docker.sock",
            "unix://" + home + "/.colima/edge/docker.sock");
  }

  @Test
  void colimaIsFoundWhereItsVariablesPutIt() throws IOException {
    write("xdg/colima/default/docker.sock", "");
    write(".config/colima/arm/docker.sock", "");
    write("own/default/docker.sock", "");
    environment.put("XDG_CONFIG_HOME", home.resolve("xdg").toString());
    environment.put("COLIMA_HOME", home.resolve("own").toString());

    assertThat(endpoints())
        .extracting(EngineEndpoint::address)
        .contains(
            "unix://" + home + "/xdg/colima/default/docker.sock",
            "unix://" + home + "/.config/colima/arm/docker.sock",
            "unix://" + home + "/own/default/docker.sock");
  }

  @ParameterizedTest
  @CsvSource({
    "unix:///run/my engine/docker.sock, unix:///run/my engine/docker.sock",
    "unix://, unix:///var/run/docker.sock",
    "' ', unix:///var/run/docker.sock",
    ":4243, tcp://localhost:4243",
    "tcp://[::1]:4243, tcp://[::1]:4243"
  })
  void theEnvironmentsAddressIsTaken(String host, String address) throws IOException {
    environment.put("DOCKER_HOST", host);

    assertThat(only()).hasToString(address + " (DOCKER_HOST)");
  }

  @ParameterizedTest
  @CsvSource({
    "ssh://edge, must be unix:///tmp/engine.sock",
    "npipe:////./pipe/x, must not be a named pipe",
    "http://localhost:2375, must begin with unix://",
    "tcp://10.0.0.7:2375, must not be plain HTTP to another host"
  })
  void anAddressOfTheEnvironmentThatCannotBeUsedIsExplained(String host, String reason) {
    environment.put("DOCKER_HOST", host);

    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("DOCKER_HOST " + reason)
        .hasMessageEndingWith(" but was " + host);
  }

  @Test
  void aPasswordInAnAddressIsNotShown() throws IOException {
    environment.put("DOCKER_HOST", "tcp://koi:secret@10.0.0.7:2375");
    assertThatThrownBy(this::endpoints)
        .hasMessageContaining("tcp://koi:***@10.0.0.7:2375")
        .hasMessageNotContaining("secret");

    config.put("host", "tcp://koi:secret@10.0.0.7:2375");
    assertThatThrownBy(this::endpoints)
        .hasMessageStartingWith("koi.backends.edge.host must not be plain HTTP")
        .hasMessageContaining("tcp://koi:***@10.0.0.7:2375")
        .hasMessageNotContaining("secret");

    config.clear();
    environment.clear();
    context("edge", "tcp://koi:secret@10.0.0.7:2375");
    environment.put("DOCKER_CONTEXT", "edge");
    assertThatThrownBy(this::endpoints)
        .hasMessageContaining("tcp://koi:***@10.0.0.7:2375")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aContextIsNotLookedAtIfTheEnvironmentNamesAHost() throws IOException {
    write(".docker/config.json", "{oops");
    environment.put("DOCKER_HOST", "unix:///environment.sock");

    assertThat(only().address()).isEqualTo("unix:///environment.sock");
  }

  @Test
  void aContextsCertificatesAreForItsOwnHostOnly() throws IOException {
    String directory = context("edge", "tcp://edge.example:2376");
    Files.createDirectories(home.resolve(".docker/contexts/tls").resolve(directory + "/docker"));
    write(".docker/config.json", "{\"currentContext\":\"edge\"}");
    environment.put("DOCKER_HOST", "tcp://127.0.0.1:2375");

    assertThat(only().certificates()).isEmpty();
  }

  @Test
  void aSocketNeedsNoCertificates() throws IOException {
    environment.put("DOCKER_HOST", "unix:///environment.sock");
    environment.put("DOCKER_TLS_VERIFY", "1");

    assertThat(only().certificates()).isEmpty();
  }

  @Test
  void aConfigurationFileThatCannotBeReadIsPassedOverWithAWarning() throws IOException {
    Files.createDirectories(home.resolve(".docker/config.json"));

    assertThat(endpoints()).hasSizeGreaterThan(1);
    assertThat(warnings)
        .containsExactly(
            "cannot read "
                + home.resolve(".docker/config.json")
                + ": is no regular file; Docker's default context is used");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{oops",
        "[]",
        "7",
        "{\"currentContext\":5}",
        "{\"currentContext\":\"edge\"",
        "\uFEFF{\"currentContext\":\"edge\"}",
        "{\"auths\":{\"registry\":{\"auth\":\"canary\""
      })
  void aBrokenConfigurationFileIsPassedOverAndNotQuoted(String text) throws IOException {
    write(".docker/config.json", text);

    assertThat(endpoints()).hasSizeGreaterThan(1);
    assertThat(warnings).singleElement().asString().contains(".docker/config.json");
    assertThat(warnings).noneMatch(warning -> warning.contains("canary"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "{}", "{\"currentContext\":null}", "{\"a\":[1,{}]}"})
  void aConfigurationFileWithoutAContextMeansTheDefault(String text) throws IOException {
    write(".docker/config.json", text);

    assertThat(endpoints()).hasSizeGreaterThan(1);
    assertThat(warnings).isEmpty();
  }

  @Test
  void membersAreReadInAnyCaseAndTheLastOneCounts() throws IOException {
    write(
        ".docker/contexts/meta/" + EDGE + "/meta.json",
        "{\"endpoints\":{\"docker\":{\"host\":\"unix:///edge.sock\"}}}");
    write(
        ".docker/config.json",
        "{\"currentContext\":\"gone\",\"CURRENTCONTEXT\":\"edge\"} and more");

    assertThat(only().address()).isEqualTo("unix:///edge.sock");
  }

  @Test
  void aContextWithoutAHostIsTheDefault() throws IOException {
    context("edge", "");
    environment.put("DOCKER_CONTEXT", "edge");

    assertThat(endpoints()).hasSizeGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"Endpoints\":{}}",
        "{\"Endpoints\":{\"Docker\":{}}}",
        "{\"Endpoints\":{\"docker\":{\"Host\":5}}}"
      })
  void aContextThatIsBrokenOrHasNoEndpointIsAnError(String meta) throws IOException {
    write(".docker/contexts/meta/" + EDGE + "/meta.json", meta);
    environment.put("DOCKER_CONTEXT", "edge");

    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the Docker context \"edge\" (DOCKER_CONTEXT)");
  }

  @Test
  void theConfigurationWinsOverAllElse() throws IOException {
    config.put("host", "unix:///configured.sock");
    environment.put("DOCKER_HOST", "unix:///environment.sock");
    environment.put("DOCKER_CONTEXT", "missing");

    EngineEndpoint endpoint = only();

    assertThat(endpoint).hasToString("unix:///configured.sock (koi.backends.edge.host)");
    assertThat(endpoint.configured()).isTrue();
  }

  @Test
  void theEnvironmentWinsOverAContext() throws IOException {
    environment.put("DOCKER_HOST", "unix:///environment.sock");
    environment.put("DOCKER_CONTEXT", "missing");

    EngineEndpoint endpoint = only();

    assertThat(endpoint).hasToString("unix:///environment.sock (DOCKER_HOST)");
    assertThat(endpoint.configured()).isFalse();
  }

  @Test
  void anEmptyVariableIsNone() throws IOException {
    environment.put("DOCKER_HOST", "");
    environment.put("DOCKER_CONTEXT", "");

    assertThat(endpoints()).hasSizeGreaterThan(1);
  }

  @Test
  void theVariableChoosesAContext() throws IOException {
    context("edge", "unix:///edge.sock");
    context("other", "unix:///other.sock");
    write(".docker/config.json", "{\"currentContext\":\"other\"}");
    environment.put("DOCKER_CONTEXT", "edge");

    assertThat(only()).hasToString("unix:///edge.sock (Docker context edge)");
  }

  @Test
  void theConfigurationFileChoosesAContext() throws IOException {
    context("edge", "unix:///edge.sock");
    write(".docker/config.json", "{\"auths\":{},\"currentContext\":\"edge\"}");

    assertThat(only()).hasToString("unix:///edge.sock (Docker context edge)");
  }

  @Test
  void theConfigurationDirectoryMayBeElsewhere() throws IOException {
    context("edge", "unix:///edge.sock");
    write(".docker/config.json", "{\"currentContext\":\"edge\"}");
    Files.move(home.resolve(".docker"), home.resolve("elsewhere"));
    environment.put("DOCKER_CONFIG", home.resolve("elsewhere").toString());

    assertThat(only().address()).isEqualTo("unix:///edge.sock");
  }

  @Test
  void theDefaultContextIsNone() throws IOException {
    write(".docker/config.json", "{\"currentContext\":\"default\"}");

    assertThat(endpoints()).hasSizeGreaterThan(1);
  }

  @Test
  void aContextThatDoesNotExistIsAnError() throws IOException {
    write(".docker/config.json", "{\"currentContext\":\"gone\"}");

    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "\"gone\" ("
                + home.resolve(".docker/config.json")
                + ") cannot be used: it does not exist");
  }

  @Test
  void aContextOverSshSaysWhatToDoInstead() throws IOException {
    context("edge", "ssh://edge");
    environment.put("DOCKER_CONTEXT", "edge");

    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("\"edge\" (DOCKER_CONTEXT)")
        .hasMessageContaining("Koi does not speak ssh");
  }

  @Test
  void aContextsCertificatesAreUsed() throws IOException {
    Path certificates = tls(context("edge", "tcp://edge.example:2376"));
    environment.put("DOCKER_CONTEXT", "edge");
    assertThatThrownBy(this::endpoints).hasMessageContaining("must not be plain HTTP");

    write(home.relativize(certificates) + "/ca.pem", "");
    assertThat(only().certificates()).contains(certificates);
  }

  @Test
  void aContextThatSkipsVerificationIsNeverPlainHttp() throws IOException {
    write(
        ".docker/contexts/meta/" + EDGE + "/meta.json",
        "{\"Endpoints\":{\"docker\":{\"Host\":\"tcp://127.0.0.1:2376\",\"SkipTLSVerify\":true}}}");
    environment.put("DOCKER_CONTEXT", "edge");

    assertThat(only().certificates()).contains(tls(EDGE));
    assertThatThrownBy(() -> new PemDirectory(tls(EDGE)).sslContext())
        .hasMessageContaining("ca.pem, which does not exist; Koi always verifies");
  }

  private Path tls(String context) {
    return home.resolve(".docker/contexts/tls").resolve(context).resolve("docker");
  }

  @ParameterizedTest
  @CsvSource({"DOCKER_TLS_VERIFY, 1", "DOCKER_TLS_VERIFY, 0", "DOCKER_TLS, false"})
  void anyValueAsksForTls(String variable, String value) throws IOException {
    environment.put(variable, value);
    assertThat(only().address()).isEqualTo("tcp://localhost:2376");
    assertThat(only().certificates()).contains(home.resolve(".docker"));

    environment.put("DOCKER_HOST", "tcp://127.0.0.1");
    assertThat(only().address()).isEqualTo("tcp://127.0.0.1:2375");
    assertThat(only().certificates()).contains(home.resolve(".docker"));

    environment.put("DOCKER_CERT_PATH", "/certificates");
    assertThat(only().certificates()).contains(Path.of("/certificates"));

    config.put("cert-path", "/own");
    assertThat(only().certificates()).contains(Path.of("/own"));
  }

  @Test
  void theConfigurationsMistakesCarryTheirKey() {
    config.put("host", "fd://docker.sock");

    assertThatThrownBy(this::endpoints)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("koi.backends.edge.host must begin with unix://")
        .hasMessageEndingWith(" but was fd://docker.sock");
  }

  private EngineEndpoint only() throws IOException {
    List<EngineEndpoint> endpoints = endpoints();
    assertThat(endpoints).hasSize(1);
    return endpoints.get(0);
  }

  private List<EngineEndpoint> endpoints() throws IOException {
    return DockerEndpoints.of(
        config(), new ProcessEnvironment(environment, home, "1000", false), warnings::add);
  }

  private BackendConfig config() {
    return BackendConfig.of("edge", config);
  }

  /** Makes a context, and returns the name of its directory. */
  private String context(String name, String host) throws IOException {
    String directory =
        name.equals("edge")
            ? EDGE
            : "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa";
    write(
        ".docker/contexts/meta/" + directory + "/meta.json",
        "{\"Name\":\"" + name + "\",\"Endpoints\":{\"docker\":{\"Host\":\"" + host + "\"}}}");
    return directory;
  }

  private void write(String path, String text) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
