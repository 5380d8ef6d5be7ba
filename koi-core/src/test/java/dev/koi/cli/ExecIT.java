package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
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

/** {@code koi watch --exec} as a process. */
@Timeout(180)
class ExecIT {

  /** Logs the event, and runs until there is a file with the name of the instance. */
  private static final String SLOW =
      "echo $KOI_EVENT $KOI_STATE >>$RUNS/$KOI_NAME.log;"
          + " while [ ! -e $RUNS/$KOI_NAME.go ]; do sleep 0.05; done";

  @TempDir Path directory;

  private InstalledKoi koi;
  private SimulatedEngine engine;
  private Path out;

  @BeforeEach
  void install() throws Exception {
    koi = InstalledKoi.at(directory.resolve("koi home")).with("RUNS", directory.toString());
    engine = SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("engine.sock"));
    out = directory.resolve("out");
  }

  @AfterEach
  void end() {
    koi.close();
    engine.close();
  }

  @Test
  void changesDuringARunMergeAndTheEndIsNotLost() throws Exception {
    String web = engine.run(ContainerSpec.of("web"));
    watch("--exec", SLOW);
    awaitLog("web", "started running");

    engine.pause(web);
    InstalledKoi.awaitLine(out, ".*~ docker/web .*paused.*");
    engine.unpause(web);
    InstalledKoi.awaitLine(out, ".*~ docker/web .*paused -> running.*");
    engine.pause(web);
    engine.run(ContainerSpec.of("other")); // shown after it
    InstalledKoi.awaitLine(out, ".*\\+ docker/other .*");
    assertThat(log("web")).hasSize(1);
    go("web");
    awaitLog("web", "started running", "updated paused");

    Files.delete(directory.resolve("web.go"));
    engine.unpause(web);
    awaitLog("web", "started running", "updated paused", "updated running");
    engine.pause(web);
    engine.unpause(web);
    engine.stop(web);
    InstalledKoi.awaitLine(out, ".*- docker/web.*");
    go("web");
    awaitLog("web", "started running", "updated paused", "updated running", "stopped running");
  }

  @Test
  void aFailureIsReportedAndTheNextChangeRunsTheCommand() throws Exception {
    String web = engine.run(ContainerSpec.of("web"));
    watch("--json", "--exec", "echo no $KOI_EVENT >&2; exit 9");
    InstalledKoi.awaitLine(
        out, "koi: docker/web: the command for 'started' failed with exit code 9");

    engine.pause(web);
    InstalledKoi.awaitLine(
        out, "koi: docker/web: the command for 'updated' failed with exit code 9");
    InstalledKoi.awaitLine(out, "\\{\"type\":\"updated\".*");
  }

  @Test
  void sigtermKillsTheCommandAndIsASuccess() throws Exception {
    engine.run(ContainerSpec.of("web"));
    Process watch =
        watch("--exec", "trap '' TERM; echo $$ >$RUNS/pid; while :; do sleep 0.1; done");
    Path pid = directory.resolve("pid");
    await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(pid) && Files.size(pid) > 0);
    ProcessHandle command =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();

    watch.destroy();

    assertThat(watch.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(watch.exitValue()).isEqualTo(ExitCode.OK);
    assertThat(command.isAlive()).isFalse();
    assertThat(Files.readString(out)).doesNotContain("the command");
  }

  private Process watch(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("watch"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--set", "koi.backends.docker.host=unix://" + engine.socket()));
    arguments.addAll(List.of("--backend", "docker"));
    return koi.start(out, arguments.toArray(String[]::new));
  }

  private void go(String name) throws Exception {
    Files.createFile(directory.resolve(name + ".go"));
  }

  private List<String> log(String name) throws Exception {
    Path log = directory.resolve(name + ".log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private void awaitLog(String name, String... lines) {
    await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(log(name)).containsExactly(lines));
  }
}
