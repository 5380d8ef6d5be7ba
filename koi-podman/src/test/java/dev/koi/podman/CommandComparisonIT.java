package dev.koi.podman;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.koi.docker.endpoint.ProcessEnvironment;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Koi uses the address that the docker and the podman command use in the same environment. Run by
 * root, all three run as the user nobody, to whom a file may be unreadable.
 *
 * <p>{@code -Dkoi.comparison} prints the table.
 */
class CommandComparisonIT {

  private static final boolean ROOT = ProcessEnvironment.ofThisProcess().uid().equals("0");
  private static final String NOBODY = "65534";

  /** What each command says of the address that does not answer. */
  private static final Pattern DOCKERS =
      Pattern.compile(
          "at ([a-z]+://.*?)/?\\. Is the docker daemon running|Get \"https?://([^/\"]+)");

  private static final Pattern PODMANS =
      Pattern.compile("dial (unix|tcp) (.+?)/?: connect: |\"http://d/.*lookup (\\S+)");

  private Path homes;

  @BeforeEach
  void findCommands() throws IOException {
    ProcessEnvironment environment = ProcessEnvironment.ofThisProcess();
    boolean found =
        Stream.of("docker", "podman", ROOT ? "setpriv" : "docker")
            .allMatch(environment::hasCommand);
    if (!"required".equals(System.getenv("KOI_TEST_ENGINES"))) {
      assumeThat(found).as("the commands docker, podman and setpriv are on PATH").isTrue();
    }
    assertThat(found).as("the commands docker, podman and setpriv are on PATH").isTrue();
    homes = Files.createTempDirectory("koi"); // JUnit's own would be root's alone
  }

  @AfterEach
  void removeHomes() throws Exception {
    if (homes != null) {
      run(Map.of(), "chmod", "-R", "u+rwX", homes.toString());
      run(Map.of(), "rm", "-rf", homes.toString());
    }
  }

  @Test
  void koiUsesTheAddressThatTheCommandsUse() throws Exception {
    List<CommandSetting> settings = CommandSetting.ALL;
    for (int i = 0; i < settings.size(); i++) {
      settings.get(i).write(home(i));
    }
    if (ROOT) {
      run(Map.of(), "chown", "-R", NOBODY, homes.toString());
    }
    for (int i = 0; i < settings.size(); i++) {
      for (Path file : settings.get(i).unreadable(home(i))) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
      }
    }
    List<String> kois = kois();
    List<String> table = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      CommandSetting setting = settings.get(i);
      boolean same = setting.reason().isEmpty();
      String commands = commands(setting, home(i));
      String expected = same ? commands : setting.koi().replace("~", home(i).toString());
      String row =
          String.format("%s -> %s; Koi: %s", setting, commands, same ? "the same" : kois.get(i))
              + (same ? "" : " (" + setting.reason() + ")");
      table.add(row.replace(home(i).toString(), "~"));
      if (!kois.get(i).equals(expected)) {
        wrong.add(row + ", but was " + kois.get(i));
      }
    }
    if (System.getProperty("koi.comparison") != null) {
      System.out.println(String.join("\n", table));
    }
    assertThat(wrong).isEmpty();
    assertThat(settings).hasSizeGreaterThan(40);
  }

  private Path home(int number) {
    return homes.resolve(Integer.toString(number));
  }

  /** Returns Koi's addresses, found by one process of the user that the commands have. */
  private List<String> kois() throws Exception {
    StringBuilder path = new StringBuilder();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.matches(".*(koi-|jackson-core|slf4j-api|slf4j-jdk14).*")) {
        Path copy = homes.resolve("lib").resolve(entry.replace('/', '_'));
        Files.createDirectories(copy.getParent());
        run(Map.of(), "cp", "-rL", entry, copy.toString());
        path.append(copy).append(File.pathSeparator);
      }
    }
    run(Map.of(), "chmod", "-R", "a+rX", homes.resolve("lib").toString());
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String main = CommandSetting.class.getName();
    Result result =
        asUser(
            Map.of("PATH", System.getenv("PATH")), java, "-cp", path.toString(), main, homes + "");
    assertThat(result.status).as(result.text).isZero();
    return result.text.lines().toList();
  }

  private static String commands(CommandSetting setting, Path home) throws Exception {
    Map<String, String> variables = setting.variables(home);
    return setting.command().equals("docker") ? dockers(variables) : podmans(variables);
  }

  private static String dockers(Map<String, String> variables) throws Exception {
    String context = "{{.Endpoints.docker.Host}} {{.TLSMaterial.docker}}";
    Result inspected = asUser(variables, "docker", "context", "inspect", "--format", context);
    Result asked = asUser(variables, "docker", "version");
    Matcher address = DOCKERS.matcher(asked.text);
    boolean answered = asked.status == 0 || asked.text.contains("denied while trying to connect");
    if (inspected.status != 0 || (!answered && !address.find())) {
      return CommandSetting.REFUSED;
    }
    String inspection = inspected.text.strip().replaceFirst("(?s).*\n", ""); // after warnings
    String tls = inspection.contains(".pem") ? " with TLS" : "";
    return answered
        ? inspection.replaceFirst(" (<no value>|\\[.*)$", "") + tls
        : (address.group(1) == null ? "tcp://" + address.group(2) : address.group(1)) + tls;
  }

  private static String podmans(Map<String, String> variables) throws Exception {
    boolean local = !variables.keySet().toString().contains("CONTAINER");
    Result asked =
        local
            ? asUser(
                variables, "podman", "--remote", "info", "--format", "{{.Host.RemoteSocket.Path}}")
            : asUser(variables, "podman", "--remote", "info");
    Matcher address = PODMANS.matcher(asked.text);
    if (asked.status == 0) {
      return "unix://" + asked.text.strip().replaceFirst("^unix://", "");
    }
    if (!address.find()) {
      return CommandSetting.REFUSED;
    }
    return address.group(1).equals("unix")
        ? "unix://" + address.group(2).replaceFirst("^/+", "/")
        : "tcp://" + address.group(2);
  }

  private record Result(int status, String text) {}

  private static Result asUser(Map<String, String> variables, String... command) throws Exception {
    List<String> all = new ArrayList<>();
    if (ROOT) {
      all.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
    }
    all.addAll(List.of(command));
    return run(variables, all.toArray(String[]::new));
  }

  private static Result run(Map<String, String> variables, String... command) throws Exception {
    Path output = Files.createTempFile("koi", "");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      Map<String, String> environment = builder.environment();
      if (!variables.isEmpty()) {
        environment.clear();
        environment.putAll(new HashMap<>(variables));
      }
      Process process = builder.directory(new File("/")).start();
      process.getOutputStream().close();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", List.of(command)).isTrue();
      return new Result(process.exitValue(), Files.readString(output, UTF_8));
    } finally {
      Files.delete(output);
    }
  }
}
