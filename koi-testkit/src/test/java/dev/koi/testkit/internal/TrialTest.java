package dev.koi.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TrialTest {

  private static final WaitTimes TIMES =
      new WaitTimes(Duration.ofSeconds(10), Duration.ofMillis(100));

  /** A thread beside the claim could start an instance that the fixture's close() then meets. */
  @Test
  void nothingStartsAfterTheEnd() throws Exception {
    Trial trial = new Trial(new InMemoryFixture("trial"), TIMES);
    trial.start();
    trial.close();

    assertThatThrownBy(trial::start).hasMessage("the claim has ended");
    assertThatThrownBy(trial::connect).hasMessage("the claim has ended");
  }

  @Test
  void oneFailureDoesNotLeaveTheOthersBehind() throws Exception {
    Trial trial = new Trial(new InMemoryFixture("trial-together"), TIMES);
    AtomicInteger number = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    Action action =
        () -> {
          if (number.getAndIncrement() == 0) {
            throw new IllegalStateException("the first");
          }
          Thread.sleep(100);
          ended.incrementAndGet();
        };

    assertThatThrownBy(() -> trial.together(4, action)).hasMessage("the first");
    assertThat(ended).hasValue(3);
    trial.close();
  }
}
