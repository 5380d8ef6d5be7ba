package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.RuntimeEvent;
import dev.koi.cli.terminal.Console;
import dev.koi.cli.terminal.Screen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A command of --exec gets the event, and cannot harm Koi. */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class EventCommandTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void theEventIsOneLineOfJsonOnStandardInput() {
    run("cat >" + file("event"), started(instance("web").build()));

    assertThat(file("event"))
        .content()
        .matches("\\{\"type\":\"started\",.*\"name\":\"web\".*\\}\n");
  }

  @Test
  void variablesHoldTheFacts() {
    Instance before = instance("web").image("nginx:1").build();
    Instance after = instance("web").image("nginx:1").state(InstanceState.PAUSED).build();

    run(
        "env | grep ^KOI_ | grep -v ^KOI_TEST_ | sort",
        new RuntimeEvent.Updated("docker", NOW, 7, before, after, List.of("state")));

    assertThat(messages())
        .containsExactly(
            "docker/web: KOI_BACKEND=docker",
            "docker/web: KOI_CHANGED=state",
            "docker/web: KOI_CONTAINER_NAME=web",
            "docker/web: KOI_EVENT=updated",
            "docker/web: KOI_HEALTH=none",
            "docker/web: KOI_ID=id-web",
            "docker/web: KOI_IMAGE=nginx:1",
            "docker/web: KOI_IPS=",
            "docker/web: KOI_NAME=web",
            "docker/web: KOI_REASON=",
            "docker/web: KOI_STATE=paused",
            "docker/web: KOI_TIME=2026-01-01T00:00:00Z");
  }

  @Test
  void backendsHaveEvents() {
    run(
        "echo $KOI_EVENT: $KOI_REASON",
        new RuntimeEvent.BackendDisconnected("docker", NOW, 1, "it is gone"));

    assertThat(messages()).containsExactly("docker: disconnected: it is gone");
  }

  @Test
  void hostileValuesAreCutAndEscaped() {
    String hostile = "a\0b\u001b[2Jc\nd" + "x".repeat(1 << 20);

    run(
        "echo \"$KOI_REASON\" | cut -c 1-9; printf %s \"$KOI_REASON\" | wc -c; cat | wc -c",
        new RuntimeEvent.BackendDisconnected("docker", NOW, 1, hostile));

    assertThat(messages())
        .startsWith(
            "docker: ab\\x1b[2Jc", // made visible on its way to the terminal
            "docker: dxxxxxxxx",
            "docker: 4096")
        .last()
        .asString()
        .matches("docker: 1048[0-9]{3}");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theInputIsDeletedWhileTheCommandRuns() {
    run(
        "until readlink /proc/$$/fd/0 | grep -q deleted; do sleep 0.1; done; cat | cut -c 1-17",
        started(instance("web").build()));

    assertThat(messages()).containsExactly("docker/web: {\"type\":\"started\"");
  }

  @Test
  void ofVeryLongOutputOnlyTheBeginningIsShown() {
    run("seq 5000; exit 3", started(instance("web").build()));

    assertThat(messages())
        .hasSize(1002)
        .contains("docker/web: 1000")
        .endsWith(
            "koi: docker/web: the rest of the command's output is not shown",
            "koi: docker/web: the command for 'started' failed with exit code 3");
  }

  @Test
  void aCommandNeedNotReadItsInput() {
    RuntimeEvent big = new RuntimeEvent.BackendDisconnected("docker", NOW, 1, "x".repeat(1 << 20));

    run("true", big);
    run("exec <&-; sleep 0.1", big);

    assertThat(messages()).isEmpty();
  }

  @Test
  void aFailureIsOneLineWithInstanceEventAndCode() {
    run("echo oops >&2; echo more >&2; exit 3", started(instance("web").build()));

    assertThat(messages())
        .containsExactly(
            "docker/web: oops",
            "docker/web: more",
            "koi: docker/web: the command for 'started' failed with exit code 3");
  }

  @Test
  void aCommandThatTakesTooLongIsKilledWithItsChildren() {
    run(
        "trap '' TERM; sleep 100 & echo $! >" + file("child") + "; echo begun; wait",
        started(instance("web").build()),
        Duration.ofSeconds(3)); // by then it has begun

    assertThat(messages())
        .containsExactly(
            "docker/web: begun",
            "koi: docker/web: the command for 'started' took longer than 3 s and was killed");
    await().until(() -> !isAlive("child"));
  }

  @Test
  void aProcessLeftInTheBackgroundIsNotAwaited() throws Exception {
    run(
        "sleep 100 & echo $! >" + file("child"),
        started(instance("web").build()),
        Duration.ofSeconds(50));

    assertThat(messages()).isEmpty();
    assertThat(isAlive("child")).isTrue();
    ProcessHandle.of(pid("child")).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void longLinesOfOutputAreCut() {
    run(
        "head -c 20000000 /dev/zero | tr '\\0' x; echo; seq 10000 | tr '\\n' ,; echo end",
        started(instance("web").build()));

    assertThat(messages()).hasSize(2).allSatisfy(line -> assertThat(line).hasSizeLessThan(1100));
  }

  @Test
  void closeKillsTheCommandSilentlyAndRunsNoMore() throws Exception {
    Console console = console();
    EventCommand command =
        new EventCommand(
            "echo $$ >" + file("pid") + "; echo begun; sleep 100", Duration.ofMinutes(1), console);
    Thread lane = new Thread(() -> command.run(started(instance("web").build())));
    lane.start();
    await().until(() -> messages().contains("docker/web: begun"));

    command.close();
    lane.join();
    command.run(started(instance("web").build()));

    await().until(() -> !isAlive("pid"));
    assertThat(messages()).containsExactly("docker/web: begun");
  }

  private void run(String command, RuntimeEvent event) {
    run(command, event, Duration.ofSeconds(30));
  }

  private void run(String command, RuntimeEvent event, Duration timeout) {
    new EventCommand(command, timeout, console()).run(event);
  }

  private Console console() {
    return new Console(new PrintStream(out), new PrintStream(err), Screen.NONE);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private long pid(String name) throws Exception {
    return Long.parseLong(Files.readString(file(name)).strip());
  }

  private boolean isAlive(String name) throws Exception {
    return ProcessHandle.of(pid(name)).map(ProcessHandle::isAlive).orElse(false);
  }

  private static Instance.Builder instance(String name) {
    return Instance.builder("docker", "id-" + name, name);
  }

  private static RuntimeEvent started(Instance instance) {
    return new RuntimeEvent.Started("docker", NOW, 1, instance);
  }

  private List<String> messages() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
