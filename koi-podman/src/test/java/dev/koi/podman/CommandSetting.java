package dev.koi.podman;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.docker.endpoint.DockerEndpoints;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.ProcessEnvironment;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.net.PemDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Variables and files in which the docker or the podman command is run, and Koi beside it. In both,
 * ~ stands for the home directory.
 *
 * @param command docker or podman
 * @param settings as {@code NAME=value}, {@code FILE := text}, or {@code DIRECTORY/}; an
 *     exclamation mark before it makes a file unreadable
 * @param koi the address that Koi uses, if it differs on purpose; else empty
 * @param reason why it differs
 */
record CommandSetting(String command, List<String> settings, String koi, String reason) {

  static final String REFUSED = "refused";

  private static final String CA =
      """
      -----BEGIN CERTIFICATE-----
      MIIBcjCCARegAwIBAgIUKSdEP6Xxu9hMwyRrtnitCHSe98gwCgYIKoZIzj0EAwIw
      DTELMAkGA1UEAwwCY2EwIBcNMjYxMTI3MDM0MjU1WhgPMjEyNjExMDMwMzQyNTVa
      MA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEBJLEA1kY
      Ao7NWSoeIUrdFGo5kOyyGA0bzXpjeXgvHn9eeATJocDI+gR1FN7+ZhzLFHnFZyWe
      fotKQ9km1vz8A6NTMFEwHQYDVR0OBBYEFIseAMVV4iJpH1+DpDsrQTEP3f7yMB8G
      A1UdIwQYMBaAFIseAMVV4iJpH1+DpDsrQTEP3f7yMA8GA1UdEwEB/wQFMAMBAf8w
      CgYIKoZIzj0EAwIDSQAwRgIhALRrzLCNCkcPE92OLQeD5GnDI7msnnJ2CVSPyb2Z
      X7B/AiEAgjTM+uPbRkDh3qXHKDuT6DuOlkBexE1AgebRUSG+jrc=
      -----END CERTIFICATE-----
      """;

  private static final String KEY =
      """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgezZ3BUG9OpQsi4tm
      WDVWhvqjd3RgR+12FLs5DpCReIOhRANCAAQEksQDWRgCjs1ZKh4hSt0UajmQ7LIY
      DRvNemN5eC8ef154BMmhwMj6BHUU3v5mHMsUecVnJZ5+i0pD2SbW/PwD
      -----END PRIVATE KEY-----
      """;

  private static final String CONFIG = ".docker/config.json := ";
  private static final String EDGE =
      context("edge", "{'Endpoints':{'docker':{'Host':'unix:///edge.sock'}}}");
  private static final String TCP =
      context("tcp", "{'Endpoints':{'docker':{'Host':'tcp://127.0.0.1:1'}}}");
  private static final String TCP_TLS = ".docker/contexts/tls/" + hash("tcp") + "/docker/";

  private static final String JSON = ".config/containers/podman-connections.json := ";
  private static final String TOML = ".config/containers/containers.conf := ";
  private static final String A_AND_B =
      """
      [engine]
        active_service = "a"
        [engine.service_destinations.a]
          uri = "unix:///a.sock"
        [engine.service_destinations.b]
          uri = 'tcp://127.0.0.1:1'
      """;

  static final List<CommandSetting> ALL =
      List.of(
          docker(),
          docker("DOCKER_HOST="),
          docker("DOCKER_HOST=unix:///x.sock"),
          docker("DOCKER_HOST=unix:///a b/%41?x.sock"),
          docker("DOCKER_HOST= unix:///x.sock "),
          docker("DOCKER_HOST=unix://"),
          docker("DOCKER_HOST=tcp://127.0.0.1:1"),
          docker("DOCKER_HOST=tcp://127.0.0.1:1/dock/edge"),
          docker("DOCKER_HOST=tcp://127.0.0.1:1/"),
          docker("DOCKER_HOST=tcp://127.0.0.1"),
          docker("DOCKER_HOST=tcp://:1"),
          docker("DOCKER_HOST=tcp://"),
          docker("DOCKER_HOST=tcp://[::1]:1"),
          docker("DOCKER_HOST=tcp://[::ffff:127.0.0.1]:1"),
          docker("DOCKER_HOST=tcp://0.0.0.0:1"),
          docker("DOCKER_HOST=tcp://LOCALHOST:1"),
          docker("DOCKER_HOST=tcp://koi:secret@127.0.0.1:1"),
          docker("DOCKER_HOST=127.0.0.1:1"),
          docker("DOCKER_HOST=127.0.0.1"),
          docker("DOCKER_HOST=:1"),
          docker("DOCKER_HOST=localhost:1"),
          docker("DOCKER_HOST=localhost:1/dock"),
          docker("DOCKER_HOST=http://127.0.0.1:1"),
          docker("DOCKER_HOST=fd://"),
          docker("DOCKER_HOST=npipe:////./pipe/docker_engine"),
          docker("DOCKER_HOST=tcp://127.0.0.1:x"),
          docker("DOCKER_HOST=tcp://[::1]")
              .koi("tcp://[::1]:2375", "an IPv6 address without a port is an address"),
          docker("DOCKER_HOST=TCP://127.0.0.1:1")
              .koi("tcp://127.0.0.1:1", "the case of a scheme does not matter"),
          docker("DOCKER_HOST=tcp://127.0.0.1:1?x")
              .koi(REFUSED, "docker drops the question; Koi drops nothing without a word"),
          docker("DOCKER_HOST=unix://x.sock")
              .koi(REFUSED, "it would depend on the working directory"),
          docker("DOCKER_HOST=unix:/x.sock").koi("unix:///x.sock", "docker asks a host named unix"),
          docker("DOCKER_HOST=/x.sock").koi(REFUSED, "docker asks localhost for the path /x.sock"),
          docker("DOCKER_HOST=tcp://docker_proxy:1")
              .koi(REFUSED, "plain HTTP to another host is to be allowed with insecure = true"),
          docker("DOCKER_HOST=ssh://nobody@localhost:1")
              .koi(REFUSED, "Koi starts no ssh; it shows the command that forwards the socket"),
          docker(CONFIG + "{'currentContext':'edge'}", EDGE),
          docker(CONFIG + "{'CURRENTCONTEXT':'edge'} more", EDGE),
          docker(CONFIG + "{'currentContext':'edge'}", EDGE, "DOCKER_HOST=unix:///x.sock"),
          docker(CONFIG + "{'currentContext':'tcp'}", EDGE, TCP, "DOCKER_CONTEXT=edge"),
          docker(CONFIG + "{'currentContext':'edge'}", EDGE, "DOCKER_CONTEXT=default"),
          docker(CONFIG + "{'currentContext':'edge'}", EDGE, "DOCKER_CONTEXT=")
              .koi("unix:///edge.sock", "docker 20.10 takes an empty DOCKER_CONTEXT for a name"),
          docker(EDGE, "DOCKER_CONTEXT=edge", "DOCKER_HOST=")
              .koi("unix:///edge.sock", "docker 20.10 takes an empty DOCKER_HOST for a setting"),
          docker(CONFIG + "{'currentContext':'gone'}"),
          docker("DOCKER_CONTEXT=gone"),
          docker(CONFIG + "{'currentContext':null}"),
          docker(CONFIG + "{'currentContext':''}"),
          docker(CONFIG + "{'currentContext':5}"),
          docker(CONFIG + "{'currentContext':'edge'", EDGE),
          docker(CONFIG + "\uFEFF{'currentContext':'edge'}", EDGE),
          docker(CONFIG),
          docker(CONFIG + "null"),
          docker(CONFIG + "[]"),
          docker("!" + CONFIG + "{'currentContext':'edge'}", EDGE),
          docker(".docker/config.json/"),
          docker("here/config.json := {'currentContext':'edge'}", "DOCKER_CONFIG=~/here"),
          docker(CONFIG + "{'currentContext':'edge'}", EDGE, "DOCKER_CONFIG=/nonexistent"),
          docker(CONFIG + "{'currentContext':'edge'}", EDGE, "HOME="),
          docker("DOCKER_CONTEXT=a", context("a", "{'endpoints':{'docker':{'host':'unix:///a'}}}")),
          docker("DOCKER_CONTEXT=a", context("a", "{'Endpoints':{'docker':{}}}")),
          docker("DOCKER_CONTEXT=a", context("a", "{'Endpoints':{'docker':{'Host':null}}}")),
          docker("DOCKER_CONTEXT=a", context("a", "{'Endpoints':{'Docker':{'Host':'unix:///a'}}}")),
          docker("DOCKER_CONTEXT=a", context("a", "{'Endpoints':{}}")),
          docker("DOCKER_CONTEXT=a", context("a", "{")),
          docker("DOCKER_CONTEXT=a", "!" + context("a", "{}")),
          docker(
                  "DOCKER_CONTEXT=a",
                  context("a", "{'Endpoints':{'docker':{'Host':'127.0.0.1:1'}}}"))
              .koi("tcp://127.0.0.1:1", "a context may have every form that DOCKER_HOST has"),
          docker("DOCKER_TLS_VERIFY=1"),
          docker("DOCKER_TLS_VERIFY=1", ".docker/ca.pem := " + CA),
          docker("DOCKER_TLS=false", ".docker/ca.pem := " + CA),
          docker("DOCKER_TLS=1", "DOCKER_HOST=tcp://127.0.0.1:1"),
          docker("DOCKER_TLS=1", "DOCKER_HOST=tcp://127.0.0.1:1", ".docker/ca.pem := " + CA),
          docker("DOCKER_TLS_VERIFY=", "DOCKER_HOST=tcp://127.0.0.1:1"),
          docker("DOCKER_TLS=1", "DOCKER_HOST=tcp://127.0.0.1:1", "DOCKER_CERT_PATH=/nonexistent"),
          docker(
              "DOCKER_TLS=1",
              "DOCKER_HOST=tcp://127.0.0.1:1",
              "DOCKER_CERT_PATH=~/pem",
              "pem/ca.pem := " + CA,
              "pem/cert.pem := " + CA,
              "pem/key.pem := " + KEY),
          docker("DOCKER_TLS=1", "DOCKER_HOST=tcp://127.0.0.1:1", ".docker/ca.pem := x"),
          docker("DOCKER_CERT_PATH=~/pem", "DOCKER_HOST=tcp://127.0.0.1:1"),
          docker("DOCKER_TLS_VERIFY=1", CONFIG + "{'currentContext':'edge'}", EDGE),
          docker("DOCKER_TLS_VERIFY=1", "DOCKER_HOST=unix:///x.sock")
              .koi("unix:///x.sock", "a socket needs no TLS"),
          docker(
                  "DOCKER_TLS=1",
                  "DOCKER_HOST=tcp://127.0.0.1:1",
                  ".docker/ca.pem := " + CA,
                  ".docker/cert.pem := " + CA)
              .koi(REFUSED, "docker shows no certificate then; Koi names the missing key.pem"),
          docker("DOCKER_CONTEXT=tcp", TCP, TCP_TLS),
          docker("DOCKER_CONTEXT=tcp", TCP, TCP_TLS + "ca.pem := " + CA),
          docker("DOCKER_CONTEXT=tcp", TCP, TCP_TLS + "key.pem := " + KEY)
              .koi(REFUSED, "docker trusts every public authority then; Koi never does"),
          docker(
                  "DOCKER_CONTEXT=tcp",
                  context(
                      "tcp",
                      "{'Endpoints':{'docker':{'Host':'tcp://127.0.0.1:1','SkipTLSVerify':true}}}"))
              .koi(REFUSED, "Koi always verifies, which needs a ca.pem"),
          podman(),
          podman("XDG_RUNTIME_DIR=~/other", "other/"),
          podman("CONTAINER_HOST=unix:///x.sock"),
          podman("CONTAINER_HOST=unix:/x.sock"),
          podman("CONTAINER_HOST=unix:///a b.sock"),
          podman("CONTAINER_HOST=tcp://127.0.0.1:1"),
          podman("CONTAINER_HOST=tcp://koi:secret@127.0.0.1:1"),
          podman("CONTAINER_HOST=http://127.0.0.1:1"),
          podman("CONTAINER_HOST=fd://"),
          podman("CONTAINER_HOST=npipe:////./pipe/x"),
          podman("CONTAINER_HOST=/x.sock"),
          podman("CONTAINER_HOST=unix:///x.sock", "CONTAINER_CONNECTION=gone"),
          podman("CONTAINER_HOST=unix:///x.sock", "DOCKER_HOST=unix:///d.sock"),
          podman("CONTAINER_HOST=127.0.0.1:1")
              .koi("tcp://127.0.0.1:1", "every form that DOCKER_HOST may have"),
          podman("CONTAINER_HOST=").koi("unix://~/run/podman/podman.sock", "empty is not set"),
          podman("CONTAINER_HOST=unix:///a%41.sock")
              .koi("unix:///a%41.sock", "a path is taken as it is written, as docker does"),
          podman("DOCKER_HOST=unix:///d.sock")
              .koi("unix:///d.sock", "it may be Podman's; the usual places are tried next"),
          podman("CONTAINER_CONNECTION=b", TOML + A_AND_B),
          podman(
              "CONTAINER_CONNECTION=b",
              "XDG_CONFIG_HOME=~/x",
              "x/containers/containers.conf := " + A_AND_B),
          podman("CONTAINER_CONNECTION=b", "CONTAINERS_CONF=~/c.toml", "c.toml := " + A_AND_B),
          podman("CONTAINER_CONNECTION=b", "CONTAINERS_CONF=~/c.json", "c.json := " + A_AND_B),
          podman("CONTAINER_CONNECTION=b", "CONTAINERS_CONF=~/gone.conf"),
          podman("CONTAINER_CONNECTION=b", "CONTAINERS_CONF=~/c.conf", "c.conf := x = ["),
          podman("CONTAINER_CONNECTION=b", "CONTAINERS_CONF=~/c.conf", "c.conf/"),
          podman("CONTAINER_CONNECTION=b", "CONTAINERS_CONF=~/c.conf", "!c.conf := " + A_AND_B),
          podman(
              "CONTAINERS_CONF=~/c.conf", "c.conf := " + A_AND_B.replace("e]", "e]\nremote=true")),
          podman("CONTAINERS_CONF=~/c.conf", "c.conf := [engine]\nremote = true"),
          podman(TOML + A_AND_B)
              .koi("unix://~/run/podman/podman.sock", "without --remote podman uses none either"),
          podman("!" + TOML + A_AND_B)
              .koi("unix://~/run/podman/podman.sock", "the machine may have no Podman at all"),
          podman("CONTAINER_CONNECTION=gone", TOML + A_AND_B)
              .koi(REFUSED, "as Podman 5 does; Podman 4 takes the default connection"),
          podman(
                  "CONTAINER_CONNECTION=c",
                  JSON + "{'Connection':{'Connections':{'c':{'URI':'unix:///c.sock'}}}}")
              .koi("unix:///c.sock", "as Podman 5 does; Podman 4 knows no such file"),
          podman(
                  "CONTAINER_CONNECTION=c",
                  "PODMAN_CONNECTIONS_CONF=~/c",
                  "c := {'connection':{'connections':{'c':{'uri':'unix:///c.sock'}}}}")
              .koi("unix:///c.sock", "as Podman 5 does; Podman 4 knows no such file"),
          podman("CONTAINER_CONNECTION=c", JSON + "{")
              .koi(REFUSED, "as Podman 5 does; Podman 4 knows no such file"));

  private static CommandSetting docker(String... settings) {
    return new CommandSetting("docker", List.of(settings), "", "");
  }

  private static CommandSetting podman(String... settings) {
    return new CommandSetting("podman", List.of(settings), "", "");
  }

  private CommandSetting koi(String address, String why) {
    return new CommandSetting(command, settings, address, why);
  }

  private static String context(String name, String json) {
    return ".docker/contexts/meta/" + hash(name) + "/meta.json := " + json;
  }

  private static String hash(String name) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the variables, without any of this process but PATH. */
  Map<String, String> variables(Path home) {
    Map<String, String> variables = new HashMap<>();
    variables.put("PATH", System.getenv("PATH"));
    variables.put("HOME", home.toString());
    variables.put("XDG_RUNTIME_DIR", home.resolve("run").toString());
    for (String setting : settings) {
      if (setting.matches("(?s)[A-Z_]+=.*")) {
        String[] parts = setting.split("=", 2);
        variables.put(parts[0], parts[1].replace("~", home.toString()));
      }
    }
    return variables;
  }

  /** Writes the files. */
  void write(Path home) throws IOException {
    Files.createDirectories(home.resolve("run"));
    for (String setting : settings) {
      if (setting.contains(" := ")) {
        String[] parts = setting.split(" := ", 2);
        Path file = home.resolve(parts[0].replaceFirst("^!", ""));
        Files.createDirectories(file.getParent());
        boolean json = parts[1].matches("(?s)\uFEFF?\\{.*");
        Files.writeString(file, json ? parts[1].replace('\'', '"') : parts[1]);
      } else if (setting.endsWith("/") && !setting.contains("=")) {
        Files.createDirectories(home.resolve(setting));
      }
    }
  }

  /** Returns the files to make unreadable. */
  List<Path> unreadable(Path home) {
    return settings.stream()
        .filter(setting -> setting.startsWith("!"))
        .map(setting -> home.resolve(setting.substring(1).replaceFirst(" := (?s).*", "")))
        .toList();
  }

  /** Returns the settings in one line. */
  @Override
  public String toString() {
    return (command + " " + String.join(", ", settings))
        .replaceAll("(?s)-----BEGIN (\\w+).*?END [A-Z ]+-----\\s*", "($1)")
        .replaceAll("[0-9a-f]{58}/", ".../")
        .replaceAll("\\s+", " ");
  }

  /** Prints the address that Koi uses in each setting, whose home is a directory of its number. */
  public static void main(String... homes) {
    for (int i = 0; i < ALL.size(); i++) {
      System.out.println(ALL.get(i).koisChoice(Path.of(homes[0], Integer.toString(i))));
    }
  }

  private String koisChoice(Path home) {
    ProcessEnvironment environment = ProcessEnvironment.of(variables(home));
    BackendConfig config = BackendConfig.of(command, Map.of());
    try {
      EngineEndpoint first =
          (command.equals("docker")
                  ? DockerEndpoints.of(config, environment, warning -> {})
                  : PodmanEndpoints.of(config, environment))
              .get(0);
      if (first.certificates().isPresent()) {
        new PemDirectory(first.certificates().get()).sslContext();
      }
      return first.address() + (first.certificates().isPresent() ? " with TLS" : "");
    } catch (IOException | IllegalArgumentException e) {
      return REFUSED;
    }
  }
}
