package dev.koi.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.publish.PublisherStatus.State;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A {@link TestHost} in a process of its own, which can be killed and frozen. */
final class ProcessHost implements AutoCloseable {

  private final Process process;
  private final Path output;

  private ProcessHost(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts the process; it publishes, and its instance {@code flag} changes all the time. */
  static ProcessHost start(
      Path output, List<String> endpoints, String host, String prefix, String lease)
      throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ProcessHost.class.getName(),
                String.join(",", endpoints),
                host,
                prefix,
                lease)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new ProcessHost(process, output);
  }

  /** Runs in the process until its parent has gone. */
  public static void main(String[] args) throws Exception {
    Map<String, String> more = Map.of("koi.fleet.prefix", args[2], "koi.fleet.lease", args[3]);
    InMemoryWorld world = InMemoryWorld.open("process");
    TestHost host =
        TestHost.of(world, TestHost.settings(List.of(args[0].split(",", -1)), args[1], more));
    String flag = world.start("flag");
    host.publish(status -> System.out.println(status.state() + " " + status.reason()));
    Thread waving =
        new Thread(
            () -> {
              while (true) {
                world.pause(flag);
                sleep();
                world.unpause(flag);
                sleep();
              }
            });
    waving.setDaemon(true);
    waving.start();
    new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
  }

  private static void sleep() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  void awaitState(State state) {
    await().untilAsserted(() -> assertThat(printed()).contains(state + " "));
  }

  String printed() throws IOException {
    return Files.readString(output);
  }

  long pid() {
    return process.pid();
  }

  /** Ends it as SIGKILL does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void freeze() throws Exception {
    signal("STOP");
  }

  void thaw() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
