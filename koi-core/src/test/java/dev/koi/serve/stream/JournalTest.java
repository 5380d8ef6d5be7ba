package dev.koi.serve.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendDisconnected;
import dev.koi.RuntimeEvent.BackendReconnected;
import dev.koi.RuntimeEvent.BackendSynced;
import dev.koi.RuntimeEvent.Started;
import dev.koi.RuntimeEvent.Stopped;
import dev.koi.RuntimeEvent.Updated;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class JournalTest {

  private static final long START = 1_000;

  private final Journal journal = new Journal(START, 8, 1 << 20);
  private final Reader reader = new Reader();

  private static Instance instance(String id, String image) {
    return Instance.builder("docker", id, id)
        .image(image)
        .startedAt(Instant.EPOCH)
        .discoveredAt(Instant.EPOCH)
        .build();
  }

  private static Started started(String id) {
    return new Started("docker", Instant.EPOCH, 1, instance(id, "1"));
  }

  private static Stopped stopped(String id) {
    return new Stopped("docker", Instant.EPOCH, 1, instance(id, "1"));
  }

  private static Updated updated(String id, String from, String to) {
    return new Updated(
        "docker", Instant.EPOCH, 1, instance(id, from), instance(id, to), List.of("image"));
  }

  private void accept(RuntimeEvent... events) {
    for (RuntimeEvent event : events) {
      journal.accept(event);
    }
  }

  private Mailbox open() {
    return open(any -> true);
  }

  private Mailbox open(Predicate<Instance> filter) {
    return journal.open(OptionalLong.empty(), filter).mailbox();
  }

  private boolean resumes(long id) {
    return journal.open(OptionalLong.of(id), any -> true).resumed();
  }

  /** Reads everything, as event, id and image. */
  private List<String> read(Mailbox mailbox) {
    return read(mailbox.take(Integer.MAX_VALUE, false));
  }

  private List<String> read(byte[] bytes) {
    return reader.read(bytes).stream()
        .map(
            frame ->
                (frame.event() + " " + field(frame, "id") + " " + field(frame, "image")).strip())
        .toList();
  }

  private static String field(Reader.Frame frame, String name) {
    String[] parts = frame.data().split("\"" + name + "\":\"", 2);
    return parts.length < 2 ? "" : parts[1].substring(0, parts[1].indexOf('"'));
  }

  @Test
  void aNewClientGetsThePictureAndThenChanges() {
    accept(new BackendSynced("docker", Instant.EPOCH, 1), started("a"), started("b"), stopped("b"));
    journal.completeWith(List.of("docker"), List.of());
    Mailbox mailbox = open();

    assertThat(read(mailbox)).containsExactly("started a 1", "connected", "synced");
    accept(updated("a", "1", "2"), started("c"));
    assertThat(read(mailbox)).containsExactly("updated a 2", "started c 1");
    assertThat(mailbox.isEmpty()).isTrue();
  }

  @Test
  void aResumingClientGetsWhatItMissed() {
    accept(started("a"), started("b"));
    journal.completeWith(List.of(), List.of());
    read(open());
    accept(updated("a", "1", "2"), stopped("b"), started("c"));
    Journal.Opened again = journal.open(reader.lastId(), any -> true);

    assertThat(again.resumed()).isTrue();
    assertThat(read(again.mailbox()))
        .containsExactly("updated a 2", "stopped b 1", "started c 1", "synced");
  }

  /** Such an instance may have been sent in a frame without an id. */
  @Test
  void aResumingClientIsSentTheEndOfWhatItMayHaveSeen() {
    journal.completeWith(List.of(), List.of());
    read(open());
    accept(started("a"), stopped("a"), updated("b", "1", "2"), updated("b", "2", "1"));
    Mailbox again = journal.open(reader.lastId(), any -> true).mailbox();

    assertThat(read(again)).containsExactly("stopped a 1", "started b 1", "synced");
  }

  @Test
  void anIdIsSentOnlyWhenNothingOlderWaits() {
    journal.completeWith(List.of(), List.of());
    Mailbox mailbox = open();
    read(mailbox);
    accept(started("a"), started("b"), started("c"), updated("a", "1", "2"));

    assertThat(read(mailbox.take(1, false))).containsExactly("started a 2"); // its number is 4
    assertThat(reader.lastId()).hasValue(START + 1);
    assertThat(read(mailbox.take(1, false))).containsExactly("started b 1");
    assertThat(reader.lastId()).hasValue(START + 2);
    assertThat(read(mailbox.take(1, false))).containsExactly("started c 1");
    assertThat(reader.lastId()).hasValue(START + 4);
  }

  @Test
  void noIdIsSentBeforeThePictureIsComplete() {
    accept(started("a"), started("b"));
    Mailbox mailbox = open();
    accept(started("c"));

    assertThat(read(mailbox.take(Integer.MAX_VALUE, true)))
        .containsExactly("started a 1", "started b 1", "started c 1", "ping");
    assertThat(reader.lastId()).isEmpty();
    journal.completeWith(List.of(), List.of());
    assertThat(read(mailbox)).containsExactly("synced");
    assertThat(reader.lastId()).hasValue(START + 3);
  }

  @Test
  void thePictureIsCompleteWhenEachConnectedBackendHasBeenHeardOf() {
    Mailbox mailbox = open();
    accept(new BackendSynced("docker", Instant.EPOCH, 1));
    journal.completeWith(List.of("docker", "podman"), List.of());
    assertThat(read(mailbox)).containsExactly("connected");

    accept(new BackendSynced("podman", Instant.EPOCH, 1));

    assertThat(read(mailbox)).containsExactly("connected", "synced");
  }

  /** A client that forgot their instances would lose them although nothing was seen to stop. */
  @Test
  void thePictureNamesTheBackendsThatMayComeAndHaveNotBeenListed() {
    accept(new BackendSynced("docker", Instant.EPOCH, 1));
    journal.completeWith(List.of("docker"), List.of("podman", "other"));
    assertThat(unlisted(open())).containsExactly("{\"unlisted\":[\"other\",\"podman\"]}");

    accept(new BackendSynced("podman", Instant.EPOCH, 1));

    assertThat(unlisted(open())).containsExactly("{\"unlisted\":[\"other\"]}");
  }

  private List<String> unlisted(Mailbox mailbox) {
    return reader.read(mailbox.take(Integer.MAX_VALUE, false)).stream()
        .filter(frame -> frame.event().equals("synced"))
        .map(Reader.Frame::data)
        .toList();
  }

  @Test
  void theListOfABackendThatIsLostAgainIsCompleteToo() {
    accept(started("a"), new BackendSynced("docker", Instant.EPOCH, 1));
    accept(new BackendDisconnected("docker", Instant.EPOCH, 1, "lost"));

    assertThat(read(open())).containsExactly("started a 1", "connected", "disconnected");
  }

  @Test
  void anIdThatTheJournalDoesNotKnowGetsTheWholePicture() {
    for (int i = 0; i < 10; i++) { // it remembers 8
      accept(started("id-" + i));
    }

    assertThat(resumes(START + 10)).isTrue();
    assertThat(resumes(START + 2)).isTrue();
    assertThat(resumes(START + 1)).as("forgotten").isFalse();
    assertThat(resumes(START - 500)).as("of an earlier process").isFalse();
    assertThat(resumes(START + 11)).as("of the future").isFalse();
  }

  @Test
  void theJournalIsBoundedByTheSizeOfItsFramesToo() {
    Change change = new Change(1, updated("a", "1", "2"));
    Journal small = new Journal(START, 1_000, 3 * change.frame().length);
    for (int i = 0; i < 10; i++) {
      small.accept(updated("a", "" + i % 2, "" + (i + 1) % 2));
    }

    assertThat(small.open(OptionalLong.of(START + 7), any -> true).resumed()).isTrue();
    assertThat(small.open(OptionalLong.of(START + 6), any -> true).resumed()).isFalse();
    assertThat(small.open(OptionalLong.empty(), any -> true).instances()).isEqualTo(1);
  }

  @Test
  void whatComesAndGoesDoesNotPileUpForASlowClient() {
    Mailbox mailbox = open();
    for (int i = 0; i < 1_000; i++) {
      accept(started("id-" + i), stopped("id-" + i));
    }

    assertThat(mailbox.isEmpty()).isTrue();
  }

  @Test
  void anInstanceThatBeginsToMatchIsStartedAndOneThatCeasesIsStopped() {
    accept(started("a"));
    journal.completeWith(List.of(), List.of());
    Mailbox mailbox = open(instance -> instance.image().orElseThrow().equals("2"));
    assertThat(read(mailbox)).containsExactly("synced");

    accept(updated("a", "1", "2"));
    assertThat(read(mailbox)).containsExactly("started a 2");
    accept(updated("a", "2", "1"));
    assertThat(read(mailbox)).containsExactly("stopped a 2");
    accept(stopped("a"));
    assertThat(read(mailbox)).isEmpty();
  }

  @Test
  void theIdOfAClientThatSeesNoChangeMovesOnWithThePing() {
    journal.completeWith(List.of(), List.of());
    Mailbox mailbox = open(instance -> false);
    read(mailbox);
    accept(started("a"), started("b"));
    assertThat(mailbox.isEmpty()).isTrue();

    assertThat(read(mailbox.take(0, true))).containsExactly("ping");

    assertThat(reader.lastId()).hasValue(START + 2);
  }

  @Test
  void aRestartIsAnEndAndABeginning() {
    accept(started("a"));
    journal.completeWith(List.of(), List.of());
    Mailbox mailbox = open();
    read(mailbox);
    Instance later = Instance.builder("docker", "a", "a").image("3").startedAt(Instant.MAX).build();
    accept(stopped("a"), new Started("docker", Instant.EPOCH, 1, later));

    byte[] both = mailbox.take(Integer.MAX_VALUE, false);
    int half = new String(both, US_ASCII).indexOf("\n\n") + 2;
    assertThat(reader.read(both, 0, half)).hasSize(1);
    assertThat(reader.lastId()).as("whoever has the first half only").hasValue(START + 1);
    assertThat(reader.read(both, half, both.length)).hasSize(1);
    assertThat(reader.lastId()).hasValue(START + 3);
  }

  @Test
  void connectionsFollowTheChangesThatTheyAreAbout() {
    accept(started("a"), new BackendSynced("docker", Instant.EPOCH, 1));
    journal.completeWith(List.of("docker"), List.of());
    Mailbox mailbox = open();
    read(mailbox);
    accept(new BackendDisconnected("docker", Instant.EPOCH, 1, "gone"));
    assertThat(read(mailbox)).containsExactly("disconnected");
    accept(
        updated("a", "1", "2"),
        new BackendReconnected("docker", Instant.EPOCH, 1),
        new BackendSynced("docker", Instant.EPOCH, 1));
    assertThat(read(mailbox)).containsExactly("updated a 2", "reconnected");

    accept(
        new BackendDisconnected("docker", Instant.EPOCH, 1, "gone"),
        new BackendReconnected("docker", Instant.EPOCH, 1));
    assertThat(read(mailbox)).as("an outage that was over before").isEmpty();
    assertThat(read(open())).containsExactly("started a 2", "connected", "synced");
  }

  @Test
  void clientsShareAFrame() {
    Change change = new Change(1, updated("a", "1", "2"));

    assertThat(change.frame()).isSameAs(change.frame());
    assertThat(change.level().frame()).isSameAs(change.level().frame());
    assertThat(new String(change.level().frame(), US_ASCII)).startsWith("event: started\n");
  }

  /** As the late listeners of the dispatcher: the picture and the registration are one step. */
  @Test
  void noChangeIsLostBetweenThePictureAndTheChanges() throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    Thread changes =
        new Thread(
            () -> {
              for (int i = 0; !over.get(); i++) {
                accept(started("id-" + i));
              }
            });
    journal.completeWith(List.of(), List.of());
    changes.start();
    List<Mailbox> mailboxes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      mailboxes.add(open());
    }
    over.set(true);
    changes.join();

    Set<String> all = new HashSet<>(read(open()));
    for (Mailbox mailbox : mailboxes) {
      assertThat(new HashSet<>(read(mailbox))).isEqualTo(all);
    }
  }
}
