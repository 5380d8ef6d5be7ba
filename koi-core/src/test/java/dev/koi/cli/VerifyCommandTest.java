package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code koi backends --verify} on a simulated engine. */
class VerifyCommandTest {

  @TempDir Path directory;

  private final TestKoi koi = new TestKoi(Clock.systemUTC());

  @Test
  void aCorrectBackendFollowsTheRulesAndNothingIsChanged() {
    try (SimulatedEngine engine =
        SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("engine.sock"))) {
      koi.connect("docker", engine.socket());
      engine.run(ContainerSpec.of("web").publish(8080, 80));
      engine.run(ContainerSpec.of("db"));

      assertThat(koi.run("backends", "--verify", "docker")).as(koi.out()).isEqualTo(ExitCode.OK);
      assertThat(engine.requests()).allMatch(request -> request.method().equals("GET"));
    }
    assertThat(koi.err()).isEmpty();
    assertThat(koi.out())
        .startsWith("docker  follows the rules\n")
        .contains(
            "  instances  2\n",
            "  passed     S-2 C-1 W-1 L-1 L-4 D-4 F-1 F-2 D-6 W-4 T-1 W-8 S-3 T-2 X-2 X-5 X-1 X-4 X-3\n")
        .doesNotContain("not verified", "Found");
  }

  @Test
  void anAbsentRuntimeIsNoRuntime() {
    koi.connect("docker", directory.resolve("no.sock"));

    assertThat(koi.run("backends", "--verify", "docker")).isEqualTo(ExitCode.NO_RUNTIME);
    assertThat(koi.err()).startsWith("koi: docker: ").contains("no.sock").hasLineCount(1);
  }

  @Test
  void anUnknownEntryIsNamed() {
    assertThat(koi.run("backends", "--verify", "dokcer")).isEqualTo(ExitCode.USAGE);
    assertThat(koi.err()).startsWith("koi: there is no entry 'dokcer'; there are: docker, ");
  }
}
