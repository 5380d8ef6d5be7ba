package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.core.supervise.Agenda.Job;
import dev.koi.core.supervise.Agenda.ListAll;
import dev.koi.core.supervise.Agenda.Look;
import dev.koi.core.supervise.Agenda.ReadHint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgendaTest {

  private static final Duration NOW = Duration.ZERO;

  private final AtomicInteger changes = new AtomicInteger();
  private final Agenda agenda = new Agenda(changes::incrementAndGet);

  @BeforeEach
  void open() {
    agenda.open(List.of());
  }

  @Test
  void anIdThatIsAddedTwiceIsALookOnce() throws Exception {
    add("a", "a", "b");

    assertThat(jobs(2)).containsExactly(new Look("a"), new Look("b"));
    assertEmpty();
  }

  @Test
  void anIdIsNotLookedAtTwiceAtOnce() {
    add("a");
    Job first = agenda.next();
    add("a", "b");

    assertThat(agenda.next()).isEqualTo(new Look("b"));
    assertThat(agenda.busy()).containsExactlyInAnyOrder("a", "b");
    agenda.done(first);
    assertThat(agenda.next()).isEqualTo(new Look("a"));
  }

  /** Stop, two networks lost, start, two networks, health starting, then healthy, and renamed. */
  @Test
  void aRestartWithHealthAndTwoNetworksWaitsForNothing() {
    for (int i = 0; i < 9; i++) {
      add("a");
      Job look = agenda.next();
      assertThat(look).isEqualTo(new Look("a"));
      agenda.done(look);
    }
  }

  @Test
  void oneListIsMadeAtATime() {
    agenda.addList(NOW);
    Job list = agenda.next();
    agenda.addList(NOW);
    add("a");

    assertThat(list).isEqualTo(new ListAll());
    assertThat(agenda.next()).isEqualTo(new Look("a"));
    agenda.done(list);
    assertThat(agenda.next()).isEqualTo(new ListAll());
  }

  @Test
  void nothingIsLookedAtBeforeTheFirstPictureAndHintsAreReadAllTheTime() {
    Agenda closed = new Agenda(() -> {});
    closed.add("a", NOW);
    closed.addHints();
    assertThat(closed.next()).isEqualTo(new ReadHint());
    closed.open(List.of());

    assertThat(closed.next()).isEqualTo(new Look("a"));
  }

  @Test
  void hintsAreReadByOneWorkerAndAlsoWhileAllLooksHang() {
    agenda.addHints();
    add("a", "b", "c", "d", "e");

    assertThat(jobs(5))
        .containsExactly(
            new Look("a"), new Look("b"), new Look("c"), new Look("d"), new ReadHint());
  }

  @Test
  void moreIdsThanALimitAreOneList() throws Exception {
    agenda.add("failed-before", Duration.ofHours(1));
    add(ids(Agenda.STORM));

    assertThat(agenda.next()).isEqualTo(new ListAll());
    assertEmpty();
  }

  @Test
  void aListOfManyReplacesAQuarterOfThem() {
    agenda.listed(4 * (Agenda.STORM + 1));
    String[] ids = ids(Agenda.STORM + 1);
    add(ids);
    assertThat(settled(ids.length)).doesNotContain(new ListAll());
    add(ids(Agenda.STORM + 2));

    assertThat(agenda.next()).isEqualTo(new ListAll());
  }

  @Test
  void theIdThatWasAddedFirstComesFirst() {
    String[] ids = ids(Agenda.STORM);
    add(ids);

    assertThat(settled(ids.length)).isEqualTo(Stream.of(ids).map(Look::new).toList());
  }

  @Test
  void unconfirmedEndsTakeTurnsWithChanges() {
    agenda.addUnconfirmed(List.of("u1", "u2", "u3"));
    add("a", "b");

    assertThat(settled(5)).extracting(job -> ((Look) job).id()).containsOnlyOnce("a", "b", "u3");
    assertThat(changes).hasValue(0);
  }

  @Test
  void noStormReplacesUnconfirmedEnds() {
    agenda.addUnconfirmed(List.of("u1", "u2"));
    add(ids(Agenda.STORM + 1));

    assertThat(settled(3)).containsExactlyInAnyOrder(new ListAll(), new Look("u1"), new Look("u2"));
  }

  @Test
  void theFirstPictureIsConfirmedWhenEachMissingIdWasLookedAt() {
    agenda.open(List.of("u1", "u2"));
    settled(1);
    assertThat(agenda.isConfirming()).isTrue();
    settled(1);

    assertThat(agenda.isConfirming()).isFalse();
    assertThat(changes).hasValue(1);
  }

  @Test
  void theEarlierOfTwoTimesCounts() {
    agenda.add("a", Duration.ofHours(1));
    add("a");

    assertThat(agenda.next()).isEqualTo(new Look("a"));
  }

  @Test
  void theNextMomentIsWhenAJobIsDue() {
    assertThat(untilNext()).isGreaterThan(Duration.ofDays(1));
    agenda.addList(Duration.ofHours(1));
    assertThat(untilNext()).isBetween(Duration.ofMinutes(1), Duration.ofHours(1));
    add("a");
    assertThat(untilNext()).isLessThanOrEqualTo(NOW);
    Job look = agenda.next();
    add("a");
    assertThat(untilNext()).as("the id is busy").isGreaterThan(Duration.ofMinutes(1));
    agenda.done(look);
    assertThat(untilNext()).isLessThanOrEqualTo(NOW);
  }

  @Test
  void aListThatIsPlannedDuringAListIsMade() {
    agenda.addList(NOW);
    Job list = agenda.next();
    agenda.addList(NOW);
    assertThat(agenda.next()).isNull();
    agenda.done(list);

    assertThat(agenda.next()).isEqualTo(new ListAll());
  }

  @Test
  void aLookThatFailsIsMadeAgainEachTimeLater() {
    failAtOnce("a", 1);
    assertThat(untilNext()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    failAtOnce("a", 5);
    assertThat(untilNext()).isBetween(Duration.ofSeconds(16), Duration.ofSeconds(32));
    failAtOnce("a", 2);
    assertThat(untilNext()).isBetween(Duration.ofSeconds(16), Duration.ofSeconds(32));
  }

  @Test
  void anInstanceThatAListReplacesOwesNothing() {
    failAtOnce("a", 4);
    add(ids(Agenda.STORM));
    settled(1);
    failAtOnce("a", 1);

    assertThat(untilNext()).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  private void failAtOnce(String id, int times) {
    for (int i = 0; i < times; i++) {
      add(id);
      agenda.failed(agenda.next());
    }
  }

  private Duration untilNext() {
    return Duration.ofNanos(agenda.nextMoment() - System.nanoTime());
  }

  private void add(String... ids) {
    for (String id : ids) {
      agenda.add(id, NOW);
    }
  }

  private static String[] ids(int count) {
    return IntStream.range(0, count).mapToObj(i -> "id-" + i).toArray(String[]::new);
  }

  /** Takes so many jobs, all at once. */
  private List<Job> jobs(int count) {
    return Stream.generate(agenda::next).limit(count).toList();
  }

  /** Takes so many jobs, one after the other. */
  private List<Job> settled(int count) {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Job job = agenda.next();
      agenda.done(job);
      jobs.add(job);
    }
    return jobs;
  }

  private void assertEmpty() {
    agenda.fail(new IOException("nothing left"));
    assertThat(agenda.next()).isNull();
    assertThatThrownBy(agenda::throwIfFailed).hasMessage("nothing left");
  }
}
