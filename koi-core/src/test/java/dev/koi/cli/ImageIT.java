package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.docker.engine.RealEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image that the distribution's Dockerfile makes, on a base of this machine's own Java, run by
 * a real Docker that it looks at.
 */
@Timeout(300)
class ImageIT {

  private static final String MODULES =
      "java.logging,java.management,java.naming,java.security.jgss,java.sql,jdk.net,"
          + "jdk.security.auth,jdk.unsupported";

  @TempDir static Path directory;

  private static RealEngine engine;
  private static String image;
  private static String base;

  @BeforeAll
  static void build() throws Exception {
    engine = RealEngine.docker();
    base = engine.name("java");
    image = engine.name("image");
    Path context = Files.createDirectories(directory.resolve("base"));
    makeRuntime(context.resolve("root/opt/java"));
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM " + engine.image() + "\nCOPY root /\nENV JAVA_HOME=/opt/java\n");
    docker("build", "-q", "-t", base, context.toString());
    docker("build", "-q", "--network=none", "-t", image, "--build-arg=BASE=" + base, "target/koi");
  }

  @AfterAll
  static void remove() throws Exception {
    if (engine != null) { // skipped
      engine.close();
      docker("rmi", "-f", image, base);
    }
  }

  @Test
  void nobodyInParticularSeesWhatRunsIfGivenTheSocketAndItsGroup() throws Exception {
    engine.run(engine.name("web"));
    Path socket = engine.socket();
    String mount = socket + ":/var/run/docker.sock";
    String group = Files.getAttribute(socket, "unix:gid").toString();

    assertThat(
            engine.cli(
                "run",
                "--rm",
                "--read-only",
                "--tmpfs=/tmp",
                "--network=none",
                "--cap-drop=ALL",
                "-v",
                mount,
                "--group-add",
                group,
                image,
                "list",
                "--json"))
        .contains("\"container_name\":\"" + engine.name("web") + "\"");
    assertThat(
            engine.cli(
                "run",
                "--rm",
                "-v",
                mount,
                "--entrypoint=sh",
                image,
                "-c",
                "id -u; /opt/koi/bin/koi list 2>&1; echo $?"))
        .matches("65532\nkoi: docker: .*ermission.*\n1");
  }

  @Test
  void itServesWhatRunsAndEndsWhenDockerStopsIt() throws Exception {
    String web = engine.name("served");
    engine.run(web);
    Path socket = engine.socket();
    String token = "a-token-of-this-test";
    String server = engine.name("server");
    engine.cli(
        "run",
        "--detach",
        "--name",
        server,
        "--env",
        "KOI_SERVE_TOKEN=" + token,
        "--volume",
        socket + ":/var/run/docker.sock",
        "--group-add",
        Files.getAttribute(socket, "unix:gid").toString(),
        image,
        "serve",
        "--host",
        "0.0.0.0");
    String instances =
        "wget -q -O - --header 'Authorization: Bearer %s' http://127.0.0.1:7380/v1/runtime/instances"
            .formatted(token);
    try {
      await()
          .pollInterval(Duration.ofMillis(200)) // each asks by a process
          .untilAsserted(
              () ->
                  assertThat(engine.cli("exec", server, "sh", "-c", instances))
                      .contains("\"container_name\":\"" + web + "\""));

      engine.cli("stop", "--time", "60", server);
      assertThat(engine.cli("inspect", "--format", "{{.State.ExitCode}}", server))
          .isEqualToIgnoringNewLines("0");
    } finally {
      engine.cli("rm", "--force", server);
    }
  }

  @Test
  void itStartsFromAnArchive() {
    assertThat(
            engine.cli("run", "--rm", "-e", "KOI_JAVA_OPTS=-Xlog:class+load", image, "--version"))
        .contains("dev.koi.cli.Main source: shared objects file (top)");
  }

  /** A Java with the libraries of this system that it needs; it has no archive of its own yet. */
  private static void makeRuntime(Path java) throws Exception {
    int code =
        ToolProvider.findFirst("jlink")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--add-modules=" + MODULES,
                "--strip-debug",
                "--output=" + java);
    assertThat(code).as("jlink").isZero();
    InstalledKoi.run(java.resolve("bin/java").toString(), "-Xshare:dump", "-Xlog:disable");
    Path root = java.getParent().getParent();
    for (String library : libraries(java)) {
      Path copy = root.resolve(library.substring(1));
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(library).toRealPath(), copy);
    }
  }

  private static Set<String> libraries(Path java) throws IOException {
    Set<String> libraries = new TreeSet<>();
    for (String file :
        List.of("bin/java", "lib/server/libjvm.so", "lib/libnet.so", "lib/libnio.so")) {
      Process ldd = new ProcessBuilder("ldd", java.resolve(file).toString()).start();
      String output = new String(ldd.getInputStream().readAllBytes(), UTF_8);
      Pattern.compile("(/[^ ]*/[^ /]+) \\(0x")
          .matcher(output)
          .results()
          .map((MatchResult found) -> found.group(1))
          .filter(library -> !library.startsWith(java.toString()))
          .forEach(libraries::add);
    }
    return libraries;
  }

  private static void docker(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 3];
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    command[0] = "docker";
    command[1] = "-H";
    command[2] = engine.host();
    InstalledKoi.run(command);
  }
}
