package dev.koi.announce.avahi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.announce.Announcement;
import dev.koi.announce.AnnouncementState.Announced;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever happens before, in the end the wanted set is announced, and nothing else. */
class ConvergencePropertyTest {

  private static final List<String> LABELS = List.of("one", "two", "three", "four");

  private final FakeAvahi avahi = new FakeAvahi("server");
  private final Driver driver = new Driver(avahi);
  private final Map<String, Announcement> wanted = new TreeMap<>();
  private boolean avahiRuns = true;

  @Property(tries = 100)
  void theWantedSetIsAnnouncedInTheEnd(@ForAll long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      happen(random);
    }
    repair();
    driver.pass(Duration.ofMinutes(3)); // the longest rest, and more
    driver.settle();
    driver.pass(Duration.ofMinutes(3));
    driver.settle();

    assertThat(driver.convergence.states()).hasSize(wanted.size());
    List<String> expected = new ArrayList<>();
    driver
        .convergence
        .states()
        .forEach(
            (key, state) -> {
              assertThat(state).isInstanceOf(Announced.class);
              expected.addAll(records(wanted.get(key.instance()), (Announced) state));
            });
    Collections.sort(expected);
    assertThat(avahi.announced()).isEqualTo(expected);
    assertThat(avahi.groups()).isEqualTo(2 * wanted.size());
  }

  private static List<String> records(Announcement announcement, Announced as) {
    assertThat(as.hostLabel()).startsWith(announcement.hostLabel());
    assertThat(as.instanceName()).startsWith(announcement.instanceName());
    String host = as.hostLabel() + ".local";
    String service = as.instanceName() + "._http._tcp";
    int port = announcement.services().get(0).port();
    List<String> txt = announcement.txt().entrySet().stream().map(String::valueOf).toList();
    return List.of(
        host + " " + announcement.addresses().get(0).address().getHostAddress() + "%2",
        service + " " + host + ":" + port + " " + txt);
  }

  private void happen(Random random) {
    switch (random.nextInt(14)) {
      case 0, 1, 2 -> want("" + random.nextInt(4), random);
      case 3, 4 -> wanted.remove("" + random.nextInt(4));
      case 5 -> avahi.taken.add(LABELS.get(random.nextInt(4)) + ".local");
      case 6 -> avahi.taken.add(LABELS.get(random.nextInt(4)) + "._http._tcp");
      case 7 -> avahi.callsUntilFailure = random.nextInt(8);
      case 8 -> {
        if (avahiRuns) {
          avahi.stop();
        } else {
          avahi.start();
        }
        avahiRuns = !avahiRuns;
      }
      case 9 -> avahi.serverState(1 + random.nextInt(3));
      case 10 -> avahi.busIsThere = !avahi.busIsThere;
      case 11 -> avahi.cut();
      default -> avahi.settle();
    }
    if (random.nextBoolean()) {
      step();
    }
    if (random.nextInt(3) == 0) {
      driver.pass(Duration.ofMillis(random.nextInt(3000)));
    }
  }

  private void repair() {
    if (!avahiRuns) {
      avahi.start();
    }
    avahi.busIsThere = true;
    avahi.callsUntilFailure = Integer.MAX_VALUE;
    avahi.serverState(2);
    step();
  }

  private void step() {
    driver.want(wanted.values().toArray(Announcement[]::new));
  }

  private void want(String instance, Random random) {
    wanted.put(
        instance,
        Driver.announcement(
            instance,
            LABELS.get(random.nextInt(4)),
            80 + random.nextInt(2),
            random.nextBoolean() ? Map.of("path", "/") : Map.of(),
            "10.0.0." + (5 + random.nextInt(2))));
  }
}
