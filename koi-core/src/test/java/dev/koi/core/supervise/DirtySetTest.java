package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DirtySetTest {

  private final DirtySet dirty = new DirtySet();

  @Test
  void anIdThatIsAddedTwiceIsHandedOutOnce() throws Exception {
    dirty.add("a");
    dirty.add("a");
    dirty.add("b");

    assertThat(List.of(dirty.take(), dirty.take())).containsExactlyInAnyOrder("a", "b");
    dirty.fail(new IOException("nothing left"));
    assertThatThrownBy(dirty::take).hasMessage("nothing left");
  }

  @Test
  void anIdThatIsBeingLookedAtIsNotHandedOutAgainBeforeItIsDone() throws Exception {
    dirty.add("a");
    assertThat(dirty.take()).isEqualTo("a");
    dirty.add("a");
    dirty.add("b");

    assertThat(dirty.take()).isEqualTo("b");
    dirty.done("a");
    assertThat(dirty.take()).isEqualTo("a");
  }

  @Test
  void oneListIsMadeAtATimeWhateverItIsFor() throws Exception {
    dirty.add(DirtySet.EVERYTHING);
    dirty.add(DirtySet.RESYNC);
    dirty.add("a");
    String first = dirty.take();

    assertThat(dirty.take()).isEqualTo("a");
    assertThat(dirty.busyIds()).containsExactly("a");
    dirty.done(first);
    assertThat(dirty.take()).isBlank().isNotEqualTo(first);
  }

  @Test
  void aStormIsOneLookAtEverything() throws Exception {
    for (int i = 0; i <= DirtySet.STORM; i++) {
      dirty.add("id-" + i);
    }

    assertThat(dirty.take()).isEqualTo(DirtySet.EVERYTHING);
    dirty.fail(new IOException("nothing left"));
    assertThatThrownBy(dirty::take).hasMessage("nothing left");
  }

  @Test
  void aStormIsLookedAtWhenTheFirstOfItsIdsIsDue() throws Exception {
    for (int i = 0; i < DirtySet.STORM; i++) {
      dirty.add("id-" + i);
    }
    dirty.addAfter("failed-before", Duration.ofHours(1));

    assertThat(dirty.take()).isEqualTo(DirtySet.EVERYTHING);
  }

  @Test
  void whatHasWaitedLongestIsHandedOutFirst() throws Exception {
    List<String> ids = IntStream.range(0, DirtySet.STORM).mapToObj(i -> "id-" + i).toList();
    ids.forEach(dirty::add);
    List<String> taken = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      taken.add(dirty.take());
    }

    assertThat(taken).isEqualTo(ids);
  }

  @Test
  void manyEndsToConfirmDoNotHoldUpWhatHasChanged() throws Exception {
    dirty.addOpen(List.of("u1", "u2", "u3"));
    dirty.add("a");
    dirty.add(DirtySet.RESYNC);

    assertThat(List.of(dirty.take(), dirty.take(), dirty.take(), dirty.take(), dirty.take()))
        .containsExactly("u1", "a", "u2", DirtySet.RESYNC, "u3");
  }

  @Test
  void whatAListDidNotShowIsConfirmedOneByOneWhateverStorms() throws Exception {
    dirty.addOpen(List.of("u1", "u2"));
    for (int i = 0; i <= DirtySet.STORM; i++) {
      dirty.add("id-" + i);
    }

    assertThat(List.of(dirty.take(), dirty.take(), dirty.take()))
        .containsExactlyInAnyOrder("u1", "u2", DirtySet.EVERYTHING);
  }

  @Test
  void theEarlierOfTwoTimesCounts() throws Exception {
    dirty.addAfter("a", Duration.ofHours(1));
    dirty.add("a");

    assertThat(dirty.take()).isEqualTo("a");
  }

  @Test
  void aFlappingIdIsHandedOutNoMoreThanItsPace() throws Exception {
    long began = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      dirty.add("a");
      assertThat(dirty.take()).isEqualTo("a");
      dirty.done("a");
    }

    // three at once, then two a second: the fifth cannot come before a second has passed
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(900));
  }
}
