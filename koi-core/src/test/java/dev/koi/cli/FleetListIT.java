package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.LongTest;
import dev.koi.fleet.EtcdServers;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.Transaction;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.fleet.format.FleetKeys.Parts;
import dev.koi.fleet.format.PublishedHost;
import dev.koi.fleet.format.PublishedInstance;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The complete output of commands on a fleet of three hosts. */
@LongTest
@Timeout(120)
class FleetListIT {

  private static final Instant STARTED = Instant.parse("2026-01-01T12:00:00Z");
  private static final Clock NOW = Clock.fixed(STARTED.plus(Duration.ofHours(3)), ZoneOffset.UTC);
  private static final FleetKeys KEYS = new FleetKeys("/koi/");

  @TempDir Path directory;
  private final TestKoi koi = new TestKoi(NOW);

  private static Transaction host(Transaction transaction, String host, String backend) {
    PublishedHost value =
        new PublishedHost(
            "1",
            "machine",
            1,
            STARTED,
            Optional.empty(),
            List.of(new PublishedHost.Backend("docker", backend, 1)));
    return transaction.put(KEYS.host(host), value.toJson());
  }

  private static Transaction instance(Transaction transaction, String host, String name) {
    Parts parts = new Parts(host, "docker", "id-of-" + name);
    Instance instance =
        Instance.builder("docker", parts.id(), name).image(name + ":1").startedAt(STARTED).build();
    return transaction.put(
        KEYS.instance(parts.fleetId()),
        new PublishedInstance(host, "1", instance.toMap()).toJson());
  }

  @Test
  void theHostsOutOfSightAreNamed() throws Exception {
    try (EtcdServers servers = EtcdServers.start(directory, 1);
        EtcdClient etcd = servers.client()) {
      Transaction fleet = host(Transaction.begin(), "web-1", "connected");
      fleet = host(fleet, "web-2", "unavailable");
      fleet = instance(fleet, "web-1", "shop");
      fleet = instance(fleet, "web-2", "mail");
      fleet = instance(fleet, "web-3", "wiki");
      etcd.commit(fleet);
      koi.set("koi.backends.fleet.endpoints", servers.endpoints().get(0));
      koi.set("koi.timing.connect", "1m");

      assertThat(koi.run("list", "--backend", "fleet")).isEqualTo(ExitCode.OK);
      assertThat(koi.out())
          .isEqualTo(
              """
              NAME  STATE    PORTS  BACKEND  HOST   AGE  IMAGE   ADDRESSES
              mail  running         fleet    web-2  3h   mail:1
              shop  running         fleet    web-1  3h   shop:1
              wiki  running         fleet    web-3  3h   wiki:1
              """);
      assertThat(koi.err())
          .matches(
              "koi: fleet: host web-2 does not see its own docker; host web-3 is out of sight,"
                  + " noticed at [^ ;]+; instances there may have changed since\n");

      assertThat(koi.run("list", "--backend", "fleet", "--host", "web-1", "--json"))
          .isEqualTo(ExitCode.OK);
      assertThat(koi.out())
          .contains("\"id\":\"web-1/docker/id-of-shop\"", "\"host\":\"web-1\"")
          .doesNotContain("wiki");
    }
  }

  @Test
  void aFleetThatIsNotConfiguredIsNotTakenForAnEmptyOne() {
    assertThat(koi.run("list", "--backend", "fleet")).isEqualTo(ExitCode.NO_RUNTIME);
    assertThat(koi.err()).isEqualTo("koi: fleet: disabled by its configuration\n");
  }

  @Test
  void anEtcdThatIsNotThereIsNamed() {
    koi.set("koi.backends.fleet.endpoints", "http://127.0.0.1:1");
    assertThat(koi.run("list", "--backend", "fleet")).isEqualTo(ExitCode.NO_RUNTIME);
    assertThat(koi.err())
        .isEqualTo(
            "koi: fleet: etcd at http://127.0.0.1:1: Connection refused; is etcd running?"
                + " koi.backends.fleet.endpoints says where\n");
  }
}
