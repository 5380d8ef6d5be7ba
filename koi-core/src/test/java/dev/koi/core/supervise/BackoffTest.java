package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration MIN = Duration.ofMillis(250);
  private static final Duration MAX = Duration.ofSeconds(30);

  @Test
  void eachPauseIsBetweenHalfAndTheWholeOfTwiceTheOneBefore() {
    Backoff backoff = new Backoff(MIN, MAX, new Random(1));

    for (long most : List.of(250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000)) {
      assertThat(backoff.next(MAX)).isBetween(Duration.ofMillis(most / 2), Duration.ofMillis(most));
    }
  }

  @Test
  void aShorterLimitCutsAPauseAndNotTheNextOnes() {
    Backoff backoff = new Backoff(MIN, MAX, new Random(1));
    Duration limit = Duration.ofSeconds(5);
    for (int i = 0; i < 20; i++) {
      assertThat(backoff.next(limit)).isLessThanOrEqualTo(limit);
    }

    assertThat(backoff.next(MAX)).isBetween(MAX.dividedBy(2), MAX);
  }

  @Test
  void aThousandPausesDoNotOverflow() {
    Duration centuries = Duration.ofDays(2 * 36_500); // twice that is no long any more
    Backoff backoff = new Backoff(MIN, centuries, new Random(1));

    for (int i = 0; i < 1_000; i++) {
      assertThat(backoff.next(centuries)).isBetween(Duration.ZERO, centuries);
    }
  }

  @Test
  void aHundredWatchersOfOneRuntimeDoNotComeBackTogether() {
    List<Backoff> watchers =
        IntStream.range(0, 100).mapToObj(i -> new Backoff(MIN, MAX, new Random(i))).toList();

    Map<Long, Long> perSecond =
        watchers.stream()
            .map(watcher -> Stream.generate(() -> watcher.next(MAX)).limit(10))
            .map(pauses -> pauses.reduce(Duration.ZERO, Duration::plus).toSeconds())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(perSecond.values()).allMatch(together -> together < 15);
  }
}
