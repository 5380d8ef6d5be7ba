package dev.koi.announce.jmdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.announce.Announcement;
import dev.koi.announce.Announcement.Address;
import dev.koi.announce.Announcement.Service;
import dev.koi.announce.AnnouncementState;
import dev.koi.announce.AnnouncementState.Announced;
import dev.koi.announce.AnnouncementState.Failed;
import dev.koi.announce.AnnouncementState.Withheld;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JmdnsAnnouncerTest {

  /** The labels at the addresses that are announced. */
  private final ConcurrentLinkedQueue<String> announced = new ConcurrentLinkedQueue<>();

  private volatile String problem = "";
  private volatile String otherLabel = "";
  private volatile boolean broken;
  private final JmdnsAnnouncer announcer =
      JmdnsAnnouncer.start(this::make, () -> problem, Clock.systemUTC(), () -> {});

  private Responder make(Announcement announcement, InetAddress address) throws IOException {
    if (broken) {
      throw new IOException("no multicast on this network");
    }
    String record = announcement.hostLabel() + " " + address.getHostAddress();
    announced.add(record);
    return new Responder() {
      @Override
      public String hostLabel() {
        return otherLabel.isEmpty() ? announcement.hostLabel() : otherLabel;
      }

      @Override
      public String instanceName() {
        return announcement.instanceName();
      }

      @Override
      public void close() {
        announced.remove(record);
      }
    };
  }

  @AfterEach
  void end() {
    announcer.close();
    assertThat(announced).isEmpty();
  }

  @Test
  void eachIpv4AddressIsAnnounced() throws Exception {
    announcer.announce(List.of(announcement("a", "web", "10.0.0.5", "10.1.0.5", "2001:db8::5")));

    await().until(() -> state("a") instanceof Announced);
    assertThat(announced).containsExactlyInAnyOrder("web 10.0.0.5", "web 10.1.0.5");
  }

  @Test
  void withoutIpv4ItFails() throws Exception {
    announcer.announce(List.of(announcement("a", "web", "2001:db8::5")));

    await().until(() -> state("a") instanceof Failed);
  }

  @Test
  void whatIsNotWantedAnyMoreIsWithdrawnAndComesBack() throws Exception {
    announcer.announce(List.of(announcement("a", "web", "10.0.0.5")));
    await().until(() -> state("a") instanceof Announced);
    announcer.announce(List.of());
    await().until(announced::isEmpty);

    announcer.announce(List.of(announcement("b", "web", "10.0.0.5")));
    await().until(() -> state("b") instanceof Announced);
  }

  @Test
  void anotherNameIsShown() throws Exception {
    otherLabel = "web-1";
    announcer.announce(List.of(announcement("a", "web", "10.0.0.5")));
    await().until(() -> state("a") instanceof Announced);

    assertThat(((Announced) state("a")).hostLabel()).isEqualTo("web-1");
    await().until(() -> announcer.status().conflicts() == 1); // after the states
  }

  @Test
  void aFailureIsShown() throws Exception {
    broken = true;
    announcer.announce(List.of(announcement("a", "web", "10.0.0.5")));

    await().until(() -> new Failed("no multicast on this network").equals(state("a")));
  }

  @Test
  void itWaitsWhileAnotherProgramHasThePort() throws Exception {
    problem = "another program has UDP port 5353";
    JmdnsAnnouncer second =
        JmdnsAnnouncer.start(this::make, () -> problem, Clock.systemUTC(), () -> {});
    second.announce(List.of(announcement("a", "web", "10.0.0.5")));
    await()
        .until(
            () ->
                second.states().get(key("a")) instanceof Withheld state
                    && state.reason().contains("5353"));
    assertThat(second.status().running()).isFalse();
    problem = "";
    await().until(() -> second.states().get(key("a")) instanceof Announced);
    second.close();
  }

  @Test
  void fiftyNamesAreTheMost() throws Exception {
    List<Announcement> all = new ArrayList<>();
    for (int i = 100; i < 151; i++) {
      all.add(announcement("" + i, "web" + i, "10.0.0.5"));
    }
    announcer.announce(all);

    await()
        .until(
            () ->
                IntStream.range(100, 150).allMatch(i -> state("" + i) instanceof Announced)
                    && state("150") instanceof Withheld);
  }

  private AnnouncementState state(String instance) {
    return announcer.states().get(key(instance));
  }

  private static Announcement.Key key(String instance) {
    return new Announcement.Key("docker", instance, false);
  }

  private static Announcement announcement(String instance, String label, String... addresses)
      throws UnknownHostException {
    List<Address> all = new ArrayList<>();
    for (String address : addresses) {
      all.add(new Address(2, InetAddress.getByName(address)));
    }
    return new Announcement(
        key(instance), label, label, List.of(new Service("_http._tcp", 80)), new TreeMap<>(), all);
  }
}
