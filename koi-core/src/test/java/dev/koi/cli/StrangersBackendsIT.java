package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the builds of third parties have made is dropped into the built distribution. */
@Timeout(300)
class StrangersBackendsIT {

  private static final Path BUILDS = Path.of("../koi-testkit/target/it").toAbsolutePath();

  @TempDir Path directory;

  private InstalledKoi koi;

  @BeforeEach
  void install() throws Exception {
    koi = InstalledKoi.at(directory.resolve("koi"));
  }

  @AfterEach
  void end() {
    koi.close();
  }

  @Test
  void aJarIsABackend() throws Exception {
    Path jar = built("supervised-processes/target/koi-supervised-1.0.jar");
    Files.copy(jar, koi.home().resolve("backends/supervised.jar"));
    Path processes = Files.createDirectory(directory.resolve("processes")).toRealPath();
    long pid = ProcessHandle.current().pid();
    Files.writeString(processes.resolve("this.properties"), "name=this\npid=" + pid);

    String setting = "koi.backends.supervised.directory=" + processes;
    assertThat(run("list", "--backend", "supervised", "--set", setting))
        .contains("this ", "supervised");
  }

  @Test
  void aDirectoryOfAJarAndItsLibrariesIsABackend() throws Exception {
    Path build = built("kubernetes-pods/target");
    String backends = koi.home().resolve("backends/").toString();
    InstalledKoi.run("cp", "-r", build.resolve("kubernetes-pods").toString(), backends);
    String classPath =
        String.join(
            File.pathSeparator,
            build.resolve("test-classes").toString(),
            build.resolve("classes").toString(),
            build.resolve("kubernetes-pods/*").toString(),
            koi.home().resolve("lib/*").toString(),
            koi.home().resolve("lib/serve/*").toString(),
            koi.home().resolve("lib/demo/*").toString()); // the kit
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    Process server =
        new ProcessBuilder(java, "-cp", classPath, "org.example.pods.ApiServer")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8))) {
      String[] pods = {
        "--backend",
        "kubernetes-pods",
        "--set",
        "koi.backends.kubernetes-pods.server=" + out.readLine()
      };

      assertThat(run("list", pods)).contains("web ", "running", "app:1.0", "kubernetes-pods");
      assertThat(run("backends", pods))
          .contains("Kubernetes v1.33.1", "kubernetes-pods 1.0", "/koi-kubernetes-pods-1.0.jar");
      assertThat(run("list", "--set", "koi.backends.kubernetes-pods.namspace=shop"))
          .contains("namspace is not a setting", "did you mean 'namespace'?");
    } finally {
      server.destroyForcibly();
    }
  }

  private static Path built(String name) {
    Path file = BUILDS.resolve(name);
    assumeThat(file).as("built with -Dkoi.tests=all").exists();
    return file;
  }

  private String run(String command, String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of(koi.script(), command));
    words.addAll(List.of(options));
    words.addAll(List.of("--set", "koi.timing.connect=1m")); // the machine may be busy
    Path out = directory.resolve("out");
    assertThat(koi.start(out, words).waitFor(120, TimeUnit.SECONDS)).as("%s ends", words).isTrue();
    return Files.readString(out);
  }
}
