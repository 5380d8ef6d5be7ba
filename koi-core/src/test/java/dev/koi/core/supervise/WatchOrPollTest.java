package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchOrPollTest {

  private static final long BRIEF = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONG = TimeUnit.MINUTES.toNanos(10);

  private final WatchOrPoll watches = new WatchOrPoll();

  @Test
  void fiveBriefOnesInARowAreEnough() {
    endBriefly(4);
    assertThat(watches.shouldWatch()).isTrue();
    endBriefly(1);
    assertThat(watches.shouldWatch()).isFalse();
  }

  @Test
  void oneThatLastsOrARuntimeThatWasAwayBeginsANewRow() {
    endBriefly(4);
    watches.watched(LONG);
    endBriefly(4);
    watches.failed();
    endBriefly(4);

    assertThat(watches.shouldWatch()).isTrue();
  }

  @Test
  void afterATimeOfListsOneWatchTellsWhetherItIsStillLikeThat() {
    endBriefly(5);
    watches.polled();
    assertThat(watches.shouldWatch()).isTrue();
    endBriefly(1);
    assertThat(watches.shouldWatch()).isFalse();

    watches.polled();
    watches.watched(LONG);
    endBriefly(4);
    assertThat(watches.shouldWatch()).isTrue();
  }

  private void endBriefly(int times) {
    for (int i = 0; i < times; i++) {
      watches.watched(BRIEF);
    }
  }
}
