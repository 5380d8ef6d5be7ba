package dev.koi.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.koi.fleet.format.PublishedHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ThisProcessTest {

  private final ThisProcess process = ThisProcess.find();

  private static PublishedHost publisher(String machine, long pid, Instant since) {
    return new PublishedHost("1", machine, pid, since, Optional.empty(), List.of());
  }

  @Test
  void aPublisherOfThisMachineIsDeadOnceItsProcessHasEnded() throws Exception {
    assumeThat(Files.exists(Path.of("/proc/self/ns/pid"))).isTrue();
    Process child = new ProcessBuilder("sleep", "600").start();
    Instant since = Instant.now().plusSeconds(60); // the system counts starts in hundredths
    PublishedHost publisher = publisher(ThisProcess.find().machine(), child.pid(), since);

    assertThat(process.isDead(publisher)).isFalse();
    child.destroyForcibly().waitFor();
    assertThat(process.isDead(publisher)).isTrue();
  }

  @Test
  void anotherProcessOfTheSameNumberIsNotThatPublisher() {
    assertThat(process.isDead(publisher(process.machine(), process.pid(), Instant.EPOCH))).isTrue();
    assertThat(process.isDead(publisher(process.machine(), process.pid(), Instant.now())))
        .isFalse();
  }

  @Test
  void nothingIsKnownOfOtherMachines() {
    assertThat(process.isDead(publisher("another", Integer.MAX_VALUE, Instant.now()))).isFalse();
  }
}
