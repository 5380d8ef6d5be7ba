package dev.koi.announce.avahi;

import static dev.koi.announce.avahi.Driver.announcement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.announce.Announcement;
import dev.koi.announce.AnnouncementState.Announced;
import dev.koi.announce.AnnouncementState.Conflict;
import dev.koi.announce.AnnouncementState.Failed;
import dev.koi.announce.AnnouncementState.Probing;
import dev.koi.announce.AnnouncementState.Resting;
import dev.koi.announce.AnnouncementState.Withheld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConvergenceTest {

  private static final Announcement GRAFANA = announcement("a", "grafana", 3000);
  private static final String[] GRAFANAS_RECORDS = {
    "grafana.local 10.0.0.5%2", "grafana._http._tcp grafana.local:3000 []"
  };

  private final FakeAvahi avahi = new FakeAvahi("server");
  private final Driver driver = new Driver(avahi);

  @Test
  void aNameAndItsServiceAreAnnouncedAtOnce() {
    driver.want(GRAFANA);

    assertThat(avahi.known()).containsExactlyInAnyOrder(GRAFANAS_RECORDS);
    assertThat(driver.state("a")).isEqualTo(new Probing("grafana"));
    driver.settle();
    assertThat(driver.state("a")).isEqualTo(new Announced("grafana", "grafana", Driver.START));
    assertThat(driver.convergence.status().commits()).isEqualTo(2);
  }

  @Test
  void whatIsNotWantedAnyMoreIsWithdrawn() {
    driver.want(GRAFANA);
    driver.settle();
    driver.want();

    assertThat(avahi.groups()).isZero();
    assertThat(driver.convergence.states()).isEmpty();
  }

  @Test
  void anotherPortLeavesTheHostNameAlone() {
    driver.want(GRAFANA);
    driver.settle();
    avahi.log.clear();
    driver.want(announcement("a", "grafana", 3001));

    assertThat(avahi.log)
        .containsExactly("free [grafana._http._tcp]", "commit [grafana._http._tcp]");
    driver.settle();
    assertThat(avahi.announced()).contains("grafana._http._tcp grafana.local:3001 []");
  }

  @Test
  void anotherTextWithdrawsNothing() {
    driver.want(GRAFANA);
    driver.settle();
    avahi.log.clear();
    driver.want(announcement("a", "grafana", 3000, Map.of("path", "/login"), "10.0.0.5"));

    assertThat(avahi.log).containsExactly("update grafana._http._tcp");
    assertThat(avahi.announced()).contains("grafana._http._tcp grafana.local:3000 [path=/login]");
    assertThat(driver.state("a")).isInstanceOf(Announced.class);
  }

  @Test
  void anotherAddressLeavesTheServiceAlone() {
    driver.want(GRAFANA);
    driver.settle();
    avahi.log.clear();
    driver.want(announcement("a", "grafana", 3000, Map.of(), "10.0.0.6"));

    assertThat(avahi.log).containsExactly("free [grafana.local]", "commit [grafana.local]");
    driver.settle();
    assertThat(avahi.announced()).contains("grafana.local 10.0.0.6%2");
  }

  @Test
  void aHostNameOfAnotherHostGetsANumber() {
    avahi.taken.add("grafana.local");
    driver.want(GRAFANA);
    driver.settle();

    assertThat(driver.state("a")).isEqualTo(new Announced("grafana-2", "grafana", Driver.START));
    assertThat(avahi.announced())
        .containsExactly(
            "grafana-2.local 10.0.0.5%2", "grafana._http._tcp grafana-2.local:3000 []");
    assertThat(driver.convergence.status().conflicts()).isEqualTo(1);
  }

  /** As when another program of this host has published another kind of record for the name. */
  @Test
  void aHostNameThatAvahiRefusesAtOnceGetsANumber() {
    avahi.refusal = "org.freedesktop.Avahi.CollisionError";
    driver.want(GRAFANA);
    driver.settle();

    assertThat(driver.state("a")).isEqualTo(new Announced("grafana-2", "grafana", Driver.START));
  }

  @Test
  void anInstanceNameOfAnotherHostGetsANumberAndTheHostNameStays() {
    avahi.taken.add("grafana._http._tcp");
    driver.want(GRAFANA);
    driver.settle();

    assertThat(avahi.announced())
        .containsExactly(
            "grafana (2)._http._tcp grafana.local:3000 []", "grafana.local 10.0.0.5%2");
    assertThat(avahi.log).containsOnlyOnce("commit [grafana.local]");
  }

  @Test
  void aNameThatAnotherHostWinsLaterIsGivenUp() {
    driver.want(GRAFANA);
    driver.settle();
    avahi.taken.add("grafana.local");
    driver.settle();

    assertThat(avahi.announced()).contains("grafana-2.local 10.0.0.5%2");
  }

  @Test
  void aNameIsNotTakenBackWhileItsInstanceLives() {
    avahi.taken.add("grafana.local");
    driver.want(GRAFANA);
    driver.settle();
    avahi.taken.clear();
    driver.pass(Duration.ofHours(1));
    avahi.stop();
    avahi.start();
    avahi.serverState(2);
    driver.settle();
    assertThat(driver.state("a")).isInstanceOfSatisfying(Announced.class, a -> hasNumber(a, true));

    driver.want();
    driver.pass(Duration.ofSeconds(2));
    driver.want(GRAFANA);
    driver.settle();
    assertThat(driver.state("a")).isInstanceOfSatisfying(Announced.class, a -> hasNumber(a, false));
  }

  @Test
  void anotherPortKeepsTheNumber() {
    avahi.taken.add("grafana.local");
    driver.want(GRAFANA);
    driver.settle();
    avahi.taken.clear();
    driver.want(announcement("a", "grafana", 3001));
    driver.settle();

    assertThat(avahi.announced())
        .containsExactly(
            "grafana-2.local 10.0.0.5%2", "grafana._http._tcp grafana-2.local:3001 []");
  }

  private static void hasNumber(Announced announced, boolean number) {
    assertThat(announced.hostLabel()).isEqualTo(number ? "grafana-2" : "grafana");
  }

  @Test
  void afterNineNamesItRestsAMinute() {
    avahi.taken.add("grafana.local");
    IntStream.rangeClosed(2, 9).forEach(i -> avahi.taken.add("grafana-" + i + ".local"));
    driver.want(GRAFANA);
    driver.settle();

    assertThat(avahi.groups()).isZero();
    assertThat(driver.state("a"))
        .isInstanceOfSatisfying(
            Resting.class,
            rest -> {
              assertThat(rest.until()).isEqualTo(Driver.START.plusSeconds(60));
              assertThat(rest.reason()).contains("'grafana-9.local'", "other hosts");
            });
    avahi.taken.clear();
    driver.pass(Duration.ofSeconds(60));
    driver.settle();
    assertThat(avahi.announced()).contains("grafana.local 10.0.0.5%2");
  }

  @Test
  void manyConflictsAreTriedSlowly() {
    takeAll("one");
    takeAll("two");
    driver.want(announcement("a", "one", 80), announcement("b", "two", 80));
    driver.settle();
    driver.pass(Duration.ofSeconds(1)); // after ten changes
    driver.settle();

    long tried = driver.convergence.status().conflicts();
    assertThat(tried).isBetween(15L, 16L); // one was on its way
    assertThat(driver.state("b"))
        .isInstanceOfSatisfying(
            Conflict.class, state -> assertThat(state.name()).matches("two(-\\d)?\\.local"));
    driver.pass(Duration.ofMillis(4900));
    driver.settle();
    assertThat(driver.convergence.status().conflicts()).isEqualTo(tried);
    driver.pass(Duration.ofMillis(200));
    driver.settle();
    assertThat(driver.convergence.status().conflicts()).isGreaterThan(tried);
  }

  private void takeAll(String label) {
    avahi.taken.add(label + ".local");
    IntStream.rangeClosed(2, 9).forEach(i -> avahi.taken.add(label + "-" + i + ".local"));
  }

  @Test
  void theNameOfThisHostIsNeverAnnounced() {
    driver.want(announcement("a", "server", 80));

    assertThat(avahi.groups()).isZero();
    assertThat(driver.state("a")).isEqualTo(new Failed("server.local is the name of this host"));
  }

  @Test
  void norIsItTheOtherNameOfAnInstance() {
    FakeAvahi second = new FakeAvahi("Grafana-2");
    second.taken.add("grafana.local");
    Driver onIt = new Driver(second);
    onIt.want(GRAFANA);
    onIt.settle();

    assertThat(second.announced()).contains("grafana-3.local 10.0.0.5%2");
  }

  @Test
  void twoInstancesOfOneServiceNameAreToldApart() {
    driver.want(announcement("a", "grafana", 80), announcement("b", "grafana", 81));
    driver.settle();

    assertThat(avahi.announced())
        .contains(
            "grafana._http._tcp grafana.local:80 []", "grafana (2)._http._tcp grafana.local:81 []");
  }

  @Test
  void twoInstancesMaySwapNames() {
    driver.want(announcement("a", "one", 80), announcement("b", "two", 81));
    driver.settle();
    driver.want(announcement("a", "two", 80), announcement("b", "one", 81));
    driver.settle();

    assertThat(avahi.announced())
        .contains("two._http._tcp two.local:80 []", "one._http._tcp one.local:81 []");
  }

  @Test
  void whatAvahiRefusesIsTriedAgainAfterAMinuteOrWhenItChanges() {
    avahi.refusal = "org.freedesktop.Avahi.InvalidServiceTypeError";
    driver.want(GRAFANA);
    assertThat(driver.state("a")).isEqualTo(new Failed("Invalid something"));
    assertThat(avahi.groups()).isZero();

    driver.want(announcement("a", "grafana", 3001));
    driver.settle();
    assertThat(driver.state("a")).isInstanceOf(Announced.class);

    avahi.refusal = "org.freedesktop.Avahi.TooManyObjectsError";
    driver.want(announcement("a", "grafana", 3001), announcement("b", "other", 1));
    driver.pass(Duration.ofSeconds(61));
    driver.settle();
    assertThat(driver.state("b")).isInstanceOf(Announced.class);
  }

  /** 100 ms up, 100 ms down, for two minutes. */
  @Test
  void aCrashLoopRests() {
    for (int i = 0; i < 600; i++) {
      driver.want(announcement("container" + i, "grafana", 3000)); // created anew each time
      driver.pass(Duration.ofMillis(100));
      driver.want();
      driver.pass(Duration.ofMillis(100));
    }

    assertThat(avahi.log).filteredOn("commit [grafana.local]"::equals).hasSizeBetween(6, 8);
    assertThat(driver.convergence.status().suppressed()).isGreaterThan(590);
  }

  @Test
  void aRestIsShownAndEnds() {
    driver.want(GRAFANA);
    driver.settle();
    driver.want();
    driver.want(GRAFANA);

    assertThat(driver.state("a"))
        .isInstanceOfSatisfying(
            Resting.class, rest -> assertThat(rest.until()).isEqualTo(Driver.START.plusSeconds(1)));
    driver.pass(Duration.ofSeconds(1));
    driver.settle();
    assertThat(driver.state("a")).isInstanceOf(Announced.class);
  }

  @Test
  void aMinuteOfLifeEndsTheCrashLoop() {
    for (int i = 0; i < 5; i++) {
      driver.want(GRAFANA);
      driver.pass(Duration.ofSeconds(40));
      driver.want();
    }
    driver.want(GRAFANA);
    driver.pass(Duration.ofSeconds(100));
    driver.want();
    driver.want(GRAFANA);
    driver.pass(Duration.ofSeconds(1));

    assertThat(avahi.known()).isNotEmpty();
  }

  @Test
  void tenNamesASecondAreAnnounced() {
    Announcement[] all =
        IntStream.range(0, 35)
            .mapToObj(i -> announcement("c" + i, "name" + i, 80))
            .toArray(Announcement[]::new);
    List<Integer> names = new ArrayList<>();
    driver.want(all);
    for (int i = 0; i < 4; i++) {
      names.add(avahi.known().size() / 2);
      driver.pass(Duration.ofSeconds(1));
    }

    assertThat(names).containsExactly(10, 20, 30, 35);
  }

  @Test
  void everythingIsAnnouncedAgainAfterARestartOfAvahi() {
    driver.want(GRAFANA);
    driver.settle();
    avahi.stop();
    driver.steps();
    assertThat(driver.state("a"))
        .isInstanceOfSatisfying(
            Withheld.class, state -> assertThat(state.reason()).contains("avahi-daemon"));
    avahi.start();
    driver.steps();
    assertThat(avahi.groups()).isZero();
    avahi.serverState(2);
    driver.steps();
    driver.settle();

    assertThat(avahi.announced()).containsExactlyInAnyOrder(GRAFANAS_RECORDS);
    assertThat(avahi.groups()).isEqualTo(2);
  }

  /** The paths of the new Avahi's groups are those of the old one's. */
  @Test
  void aQuickRestartLeavesNoGroupTwice() {
    driver.want(GRAFANA);
    driver.settle();
    avahi.stop();
    avahi.start();
    avahi.serverState(2);
    driver.want(GRAFANA, announcement("b", "other", 1));
    driver.settle();

    assertThat(avahi.groups()).isEqualTo(4);
    assertThat(driver.state("a")).isInstanceOf(Announced.class);
    assertThat(driver.state("b")).isInstanceOf(Announced.class);
  }

  @Test
  void nothingIsAnnouncedWhileTheHostLooksForAName() {
    driver.want(GRAFANA);
    driver.settle();
    avahi.serverState(3);
    driver.steps();
    assertThat(avahi.groups()).isZero();
    assertThat(driver.convergence.status().problem()).contains("the host's own name");
    avahi.serverState(1);
    avahi.serverState(2);
    driver.steps();
    driver.settle();

    assertThat(avahi.announced()).containsExactlyInAnyOrder(GRAFANAS_RECORDS);
  }

  @Test
  void aCallWithoutAnswerIsAnotherConnection() {
    for (int calls = 0; calls < 9; calls++) {
      FakeAvahi other = new FakeAvahi("server");
      Driver onIt = new Driver(other);
      other.callsUntilFailure = calls;
      onIt.want(GRAFANA);
      onIt.pass(Duration.ofSeconds(6));
      onIt.settle();
      assertThat(other.announced()).as("%s calls", calls).hasSize(2);
    }
  }

  @Test
  void whatAFormerConnectionReportsIsNotAboutThisOne() {
    avahi.callsUntilFailure = 3;
    driver.want(GRAFANA);
    driver.pass(Duration.ofSeconds(6));
    driver.settle();
    avahi.reportFormerEnd();
    driver.steps();

    assertThat(driver.state("a")).isInstanceOf(Announced.class);
  }

  @Test
  void aBusThatComesLateIsFound() {
    avahi.busIsThere = false;
    driver.want(GRAFANA);
    assertThat(driver.convergence.status().running()).isFalse();
    assertThat(driver.convergence.status().problem()).contains("unix:path=/nowhere");
    avahi.busIsThere = true;
    driver.pass(Duration.ofSeconds(6));
    driver.settle();

    assertThat(driver.state("a")).isInstanceOf(Announced.class);
    assertThat(driver.convergence.status().hostName()).isEqualTo("server");
  }

  @Test
  void aBusThatEndsIsFoundAgain() {
    driver.want(GRAFANA);
    driver.settle();
    avahi.cut();
    driver.steps();
    assertThat(driver.convergence.status().running()).isFalse();
    driver.pass(Duration.ofSeconds(6));
    driver.settle();

    assertThat(driver.state("a")).isInstanceOf(Announced.class);
  }

  @Test
  void closingLeavesNothing() {
    driver.want(GRAFANA);
    driver.convergence.close();

    assertThat(avahi.groups()).isZero();
  }
}
