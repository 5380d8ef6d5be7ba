package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Pace pace = new Pace(10);

  @Test
  void aBurstIsFreeAndThenItIsTwiceASecond() {
    assertThat(turns(0)).isEqualTo(10);
    assertThat(turns(SECOND)).isEqualTo(2);
    assertThat(pace.pause("a", SECOND)).isEqualTo(SECOND / 2);
    assertThat(turns(3 * SECOND)).isEqualTo(4);
  }

  @Test
  void aRestNeverEarnsMoreThanABurst() {
    assertThat(turns(0)).isEqualTo(10);
    assertThat(turns(3_600 * SECOND)).isEqualTo(10);
  }

  @Test
  void debtsAreKeptWhileThousandsOfOthersComeAndGo() {
    turns(0);
    for (int i = 0; i < 5_000; i++) {
      pace.pay("id-" + i, i);
    }

    assertThat(pace.pause("a", 5_000)).isPositive();
    assertThat(pace.pause("id-1", 5_000)).isNegative();
  }

  /** Returns how many turns the id may take at that moment. */
  private int turns(long now) {
    int turns = 0;
    while (pace.pause("a", now) <= 0) {
      pace.pay("a", now);
      turns++;
    }
    return turns;
  }
}
