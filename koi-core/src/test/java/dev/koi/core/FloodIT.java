package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code mvn verify -Dit.test=FloodIT -Dkoi.flood.seconds=60} is the long form. */
@Timeout(600) // a flood of minutes, too
class FloodIT {

  @Test
  void memoryFollowsTheInstancesAndNotTheChanges() throws Exception {
    Process flood =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                Flood.class.getName(),
                System.getProperty("koi.flood.seconds", "5"))
            .redirectErrorStream(true)
            .start();
    String output = new String(flood.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(flood.waitFor()).as(output).isZero();
    assertThat(output).contains("10000 instances", "knows what is true");
  }
}
