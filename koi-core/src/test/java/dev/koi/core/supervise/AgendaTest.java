package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.koi.core.supervise.Agenda.Job;
import dev.koi.core.supervise.Agenda.ListAll;
import dev.koi.core.supervise.Agenda.Look;
import dev.koi.core.supervise.Agenda.ReadHint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
  void theIdThatIsDueForLongestComesFirst() {
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
  void aJobThatComesWakesAnIdleWorker() {
    CompletableFuture<Job> job = worker();
    add("a");

    assertThat(job).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(new Look("a"));
  }

  @Test
  void aQuietSessionKeepsTwoWorkers() {
    agenda.addHints();
    agenda.addList(NOW);
    List<CompletableFuture<Job>> workers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      assertThat(agenda.hire()).isTrue();
      assertThat(agenda.hire()).as("another one, while it starts").isFalse();
      agenda.started();
    }
    for (int i = 0; i < 4; i++) {
      workers.add(worker());
    }

    await().until(() -> workers.stream().filter(CompletableFuture::isDone).count() == 3);
    assertThat(workers.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join))
        .containsExactlyInAnyOrder(new ReadHint(), new ListAll(), null);
    agenda.fail(new IOException("over"));
  }

  @Test
  void aListThatIsPlannedDuringAListIsMade() {
    agenda.hire();
    agenda.started();
    agenda.hire();
    agenda.started();
    agenda.addList(NOW);
    Job list = agenda.next();
    CompletableFuture<Job> idle = worker();
    await().until(() -> !agenda.hire()); // it is idle
    agenda.addList(Duration.ofMillis(100));
    agenda.done(list);

    assertThat(idle).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(new ListAll());
  }

  /** Waits for a job on a thread of its own: the common pool may have only one. */
  private CompletableFuture<Job> worker() {
    return CompletableFuture.supplyAsync(agenda::next, task -> daemon(task).start());
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "agenda-worker");
    thread.setDaemon(true);
    return thread;
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
