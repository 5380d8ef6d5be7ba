package dev.koi.testkit.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrialTest {

  /** A thread beside the claim could start an instance that the fixture's close() then meets. */
  @Test
  void nothingStartsAfterTheEnd() throws Exception {
    WaitTimes times = new WaitTimes(Duration.ofSeconds(10), Duration.ofMillis(100));
    Trial trial = new Trial(new InMemoryFixture("trial"), times);
    trial.start();
    trial.close();

    assertThatThrownBy(trial::start).hasMessage("the claim has ended");
  }
}
