package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BriefWatchesTest {

  private static final long BRIEF = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONG = TimeUnit.MINUTES.toNanos(10);

  private final BriefWatches watches = new BriefWatches();

  @Test
  void fiveBriefOnesInARowAreEnough() {
    endBriefly(4);
    assertThat(watches.allowAnother()).isTrue();
    endBriefly(1);
    assertThat(watches.allowAnother()).isFalse();
  }

  @Test
  void oneThatLastsOrARuntimeThatWasAwayBeginsANewRow() {
    endBriefly(4);
    watches.watched(LONG);
    endBriefly(4);
    watches.failed();
    endBriefly(4);

    assertThat(watches.allowAnother()).isTrue();
  }

  @Test
  void afterATimeOfListsOneWatchTellsWhetherItIsStillLikeThat() {
    endBriefly(5);
    watches.listed();
    assertThat(watches.allowAnother()).isTrue();
    endBriefly(1);
    assertThat(watches.allowAnother()).isFalse();

    watches.listed();
    watches.watched(LONG);
    endBriefly(4);
    assertThat(watches.allowAnother()).isTrue();
  }

  private void endBriefly(int times) {
    for (int i = 0; i < times; i++) {
      watches.watched(BRIEF);
    }
  }
}
