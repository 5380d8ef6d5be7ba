package dev.koi.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.fleet.format.PublishedHost;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetHostsTest {

  private static final FleetKeys KEYS = new FleetKeys("/koi/");
  private static final String LATER = "; instances there may have changed since";

  /** A clock that a test sets. */
  private static final class TestClock extends Clock {
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final TestClock clock = new TestClock();
  private final FleetHosts hosts = new FleetHosts(clock, Duration.ofHours(1));

  private static KeyValue key(String key, String value) {
    return new KeyValue(key, Optional.of(value), 1, 0);
  }

  private static KeyValue host(String name, Instant ended, PublishedHost.Backend... backends) {
    PublishedHost host =
        new PublishedHost(
            "1", "m", 1, Instant.EPOCH, Optional.ofNullable(ended), List.of(backends));
    return key(KEYS.host(name), host.toJson());
  }

  /** A scan of those hosts' own keys, and of one instance on each of web-1 and web-2. */
  private static FleetScan scan(KeyValue... present) {
    FleetScan scan =
        new FleetScan(
            KEYS,
            (id, value) ->
                Instance.builder("fleet", id, "x")
                    .host(FleetKeys.parts(id).orElseThrow().host())
                    .build());
    for (KeyValue host : present) {
      scan.add(host);
    }
    scan.add(key(KEYS.instance("web-1/docker/a"), ""));
    scan.add(key(KEYS.instance("web-2/docker/b"), ""));
    return scan;
  }

  @Test
  void nothingIsDoubtedWhileAllHostsAreInSight() {
    hosts.scanned(5, scan(host("web-1", null), host("web-2", null), host("web-3", null)));
    assertThat(hosts.limitation()).isEmpty();
    assertThat(hosts.sample("web-2")).contains("web-2/docker/b");
    assertThat(hosts.sample("web-3")).isEmpty();
  }

  @Test
  void aHostWhoseKeyIsGoneIsOutOfSightSinceThatWasNoticed() {
    hosts.scanned(5, scan(host("web-1", null)));
    clock.now = clock.now.plusSeconds(60);
    hosts.scanned(6, scan(host("web-1", null)));
    assertThat(hosts.limitation())
        .isEqualTo("host web-2 is out of sight, noticed at 2026-01-02T03:04:05Z" + LATER);
    hosts.changed("web-2", 7, Optional.of(host("web-2", null)));
    assertThat(hosts.limitation()).isEmpty();
    hosts.changed("web-2", 8, Optional.empty());
    assertThat(hosts.limitation()).contains("noticed at 2026-01-02T03:05:05Z");
  }

  @Test
  void aListThatIsOlderThanAnEventDoesNotUndoIt() {
    hosts.scanned(5, scan(host("web-1", null), host("web-2", null)));
    hosts.changed("web-2", 9, Optional.empty());
    hosts.scanned(8, scan(host("web-1", null), host("web-2", null)));
    assertThat(hosts.limitation()).contains("host web-2 is out of sight");
  }

  @Test
  void anEndAndABackendThatIsNotConnectedAreSaid() {
    hosts.scanned(
        5,
        scan(
            host("web-1", Instant.parse("2026-01-02T03:00:00.5Z")),
            host(
                "web-2",
                null,
                new PublishedHost.Backend("docker", "connected", 3),
                new PublishedHost.Backend("edge", "unavailable", 0),
                new PublishedHost.Backend("podman", "unavailable", 1))));
    assertThat(hosts.limitation())
        .isEqualTo(
            "host web-1 has ended publishing at 2026-01-02T03:00:00Z;"
                + " host web-2 does not see its own podman"
                + LATER);
  }

  @Test
  void aHostIsForgottenAfterItsTimeAndComesBack() {
    hosts.scanned(5, scan(host("web-1", null), key(KEYS.host("web-2"), "{}")));
    assertThat(hosts.limitation()).contains("in a form that this version of Koi cannot read");
    hosts.scanned(6, scan(host("web-1", null)));
    clock.now = clock.now.plus(Duration.ofMinutes(59));
    assertThat(hosts.forget()).isFalse();
    assertThat(hosts.isForgotten("web-2")).isFalse();
    assertThat(hosts.anyForgotten()).isFalse();
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    assertThat(hosts.forget()).isTrue();
    assertThat(hosts.forget()).isFalse();
    assertThat(hosts.isForgotten("web-2")).isTrue();
    assertThat(hosts.anyForgotten()).isTrue();
    assertThat(hosts.isForgotten("web-1")).isFalse();
    assertThat(hosts.limitation()).isEmpty();
    assertThat(hosts.changed("web-2", 7, Optional.of(host("web-2", null)))).isTrue();
    assertThat(hosts.isForgotten("web-2")).isFalse();
  }

  @Test
  void whatStrangersWriteForgesNoLineAndIsBounded() {
    PublishedHost.Backend[] backends = new PublishedHost.Backend[50];
    Arrays.fill(backends, new PublishedHost.Backend("a\nb\u001b[2J", "lost", 1));
    hosts.scanned(5, scan(host("web-1", null), host("web-2", null, backends)));
    String name = "a?b?[2J";
    assertThat(hosts.limitation())
        .isEqualTo(
            "host web-2 does not see its own "
                + String.join(", ", name, name, name, name, name)
                + ", and 45 more"
                + LATER);
    assertThat(SafeText.of("x".repeat(200))).hasSize(100);
  }

  @Test
  void withoutATimeNoHostIsForgotten() {
    FleetHosts never = new FleetHosts(clock, null);
    never.scanned(5, scan());
    clock.now = clock.now.plus(Duration.ofDays(10_000));
    assertThat(never.forget()).isFalse();
    assertThat(never.isForgotten("web-1")).isFalse();
  }
}
