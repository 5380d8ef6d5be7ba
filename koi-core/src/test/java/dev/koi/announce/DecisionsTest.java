package dev.koi.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.announce.Announcement.Address;
import dev.koi.announce.Announcement.Service;
import dev.koi.core.settings.AnnounceSettings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionsTest {

  private static final HostInterface LAN = at("eth0", 2, "192.168.1.7", "fd00::7", "fe80::7");
  private static final HostInterface GUESTS = at("eth1", 3, "10.9.0.7");

  private final AtomicLong nanos = new AtomicLong();
  private final NameBook book = new NameBook(nanos::get);
  private final Map<String, String> checks = new HashMap<>(); // by id
  private List<HostInterface> interfaces = List.of(LAN, GUESTS);
  private Map<String, String> endpoints = Map.of("docker", "unix:///var/run/docker.sock");
  private int maxNames = 256;

  private static HostInterface at(String name, int index, String... addresses) {
    return new HostInterface(name, index, Arrays.stream(addresses).map(DecisionsTest::ip).toList());
  }

  private static InetAddress ip(String address) {
    return Texts.address(address).orElseThrow();
  }

  private static PortMapping port(String hostIp, int host, int container) {
    return new PortMapping(host, container, PortProtocol.TCP, hostIp);
  }

  private static Instance.Builder container(String id, String name) {
    return Instance.builder("docker", id, name)
        .ports(List.of(port("0.0.0.0", 8080, 80), port("::", 8080, 80)));
  }

  private static Instance labelled(String id, String... labels) {
    return container(id, "c" + id).labels(map(labels)).build();
  }

  private static Map<String, String> map(String... keysAndValues) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private List<Decision> decide(Instance... instances) {
    return Decisions.of(
        List.of(instances),
        new AnnounceSettings(
            true, AnnounceSettings.Mdns.AUTO, List.of(), maxNames, Optional.empty(), "home.arpa"),
        new ThisHost(interfaces, Set.of("server"), endpoints),
        instance -> checks.getOrDefault(instance.id(), ""),
        book);
  }

  private Announcement announced(Instance instance) {
    return decide(instance).get(0).announcement().orElseThrow();
  }

  private String reason(Instance instance) {
    List<Decision> decisions = decide(instance);
    assertThat(decisions).hasSize(1);
    assertThat(decisions.get(0).announcement()).isEmpty();
    return decisions.get(0).reason();
  }

  /** The labels and the instance names, by id. */
  private List<String> names(Instance... instances) {
    List<String> names = new ArrayList<>();
    for (Decision each : decide(instances)) {
      names.add(
          each.announcement()
              .map(a -> a.key().instance() + " " + a.hostLabel() + "|" + a.instanceName())
              .orElse(each.key().instance() + " " + each.reason()));
    }
    return names;
  }

  @Test
  void aPublishedPortIsAnnouncedOnEachAddressOfEachInterface() {
    Instance grafana = labelled("1", "koi.announce", "Grafana", "koi.txt.path", "/login");

    Announcement announcement = announced(grafana);

    assertThat(announcement.hostLabel()).isEqualTo("grafana");
    assertThat(announcement.instanceName()).isEqualTo("Grafana");
    assertThat(announcement.services()).containsExactly(new Service("_http._tcp", 8080));
    assertThat(announcement.txt()).containsExactly(Map.entry("path", "/login"));
    assertThat(announcement.addresses())
        .containsExactly(
            new Address(2, ip("192.168.1.7")),
            new Address(2, ip("fd00::7")),
            new Address(2, ip("fe80::7")),
            new Address(3, ip("10.9.0.7")));
  }

  @Test
  void theHostsFileGetsTheNameInItsDomainAndNoAddressThatNeedsAnInterface() {
    Decision decision = decide(labelled("1", "koi.announce", "Grafana")).get(0);

    assertThat(decision.domainName()).isEqualTo("grafana.home.arpa");
    assertThat(decision.addresses())
        .containsExactly(ip("192.168.1.7"), ip("fd00::7"), ip("10.9.0.7"));
  }

  @Test
  void addressesThatAvahiCannotTakeAreNamedAndStayInTheHostsFile() {
    String[] many =
        IntStream.rangeClosed(1, 40).mapToObj(i -> "10.1.0." + i).toArray(String[]::new);
    interfaces = List.of(at("eth0", 2, many), GUESTS);

    Decision decision = decide(labelled("1", "koi.announce", "Grafana")).get(0);

    assertThat(decision.announcement().orElseThrow().addresses())
        .hasSize(32)
        .contains(new Address(2, ip("10.1.0.1")), new Address(2, ip("10.1.0.32")));
    assertThat(decision.remarks())
        .containsExactly(
            "9 of its 41 addresses are not announced, because one name has at most 32; see"
                + " koi.announce.interfaces");
    assertThat(decision.addresses()).hasSize(41);
  }

  @Test
  void theHostsFileHasNoNameWithoutAnAddress() {
    interfaces = List.of(at("eth0", 2, "169.254.1.7", "fe80::7"));

    Decision decision = decide(labelled("1", "koi.announce", "Grafana")).get(0);

    assertThat(decision.announcement()).isPresent();
    assertThat(decision.domainName()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "grafana, grafana, grafana.home.arpa",
    "grafana.local, grafana, grafana.home.arpa",
    "grafana.home.arpa, grafana, grafana.home.arpa",
    "www.google.com, , www.google.com.home.arpa",
    "a.b.local, , a.b.home.arpa",
    "a.b.home.arpa, , a.b.home.arpa",
    "home.arpa, , home.arpa.home.arpa",
  })
  void noLabelSetsANameOutsideTheDomain(String dnsName, String label, String domainName) {
    Decision decision = decide(labelled("1", "koi.enable", "1", "koi.dns.name", dnsName)).get(0);

    assertThat(decision.announcement().map(Announcement::hostLabel).orElse(null)).isEqualTo(label);
    assertThat(decision.domainName()).isEqualTo(domainName);
    if (label == null) {
      assertThat(decision.reason()).contains("several labels");
    }
  }

  @Test
  void anAddressOfTheHostIsAnnouncedOnItsInterfaceOnly() {
    Instance guest =
        container("1", "guest")
            .ports(List.of(port("10.9.0.7", 8080, 80)))
            .labels(Map.of("koi.enable", "true"))
            .build();

    assertThat(announced(guest).addresses()).containsExactly(new Address(3, ip("10.9.0.7")));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, it publishes no TCP or UDP port for other hosts",
    "::1, it publishes no TCP or UDP port for other hosts",
    "172.16.0.1, 'its ports are published on 172.16.0.1, which is no address of eth0, eth1'",
  })
  void aPortThatOtherHostsCannotReachIsNotAnnounced(String hostIp, String reason) {
    Instance hidden =
        container("1", "hidden")
            .ports(List.of(port(hostIp, 8080, 80)))
            .labels(Map.of("koi.enable", "true"))
            .build();

    assertThat(reason(hidden)).startsWith(reason);
  }

  @Test
  void portsOfIpv6ThatDifferHaveANameOfTheirOwn() {
    Instance web =
        container("1", "web")
            .ports(List.of(port("0.0.0.0", 32768, 80), port("::", 32769, 80)))
            .labels(Map.of("koi.enable", "true"))
            .build();

    List<Announcement> both =
        decide(web).stream().flatMap(each -> each.announcement().stream()).toList();

    assertThat(both).extracting(Announcement::hostLabel).containsExactly("web", "web-ipv6");
    assertThat(both.get(0).services()).containsExactly(new Service("_http._tcp", 32768));
    assertThat(both.get(0).addresses())
        .containsExactly(new Address(2, ip("192.168.1.7")), new Address(3, ip("10.9.0.7")));
    assertThat(both.get(1).services()).containsExactly(new Service("_http._tcp", 32769));
    assertThat(both.get(1).addresses())
        .containsExactly(new Address(2, ip("fd00::7")), new Address(2, ip("fe80::7")));
  }

  @Test
  void anInterfaceWithoutIpv4DoesNotDecideForTheOthers() {
    interfaces = List.of(at("wlan0", 1, "fd00::1"), GUESTS);

    assertThat(announced(labelled("1", "koi.enable", "true")).addresses())
        .containsExactly(new Address(1, ip("fd00::1")), new Address(3, ip("10.9.0.7")));
  }

  @Test
  void eachServiceTypeIsAnnouncedOnceAndTheOthersAreExplained() {
    Instance web =
        container("1", "web")
            .ports(
                List.of(
                    port("0.0.0.0", 2222, 22),
                    port("0.0.0.0", 8080, 80),
                    port("0.0.0.0", 8081, 8080),
                    port("127.0.0.1", 5432, 5432),
                    port("10.9.0.7", 1883, 1883),
                    new PortMapping(7, 7, PortProtocol.SCTP, "0.0.0.0")))
            .labels(Map.of("koi.enable", "true"))
            .build();

    Decision decision = decide(web).get(0);

    assertThat(decision.announcement().orElseThrow().services())
        .containsExactly(new Service("_http._tcp", 8080), new Service("_ssh._tcp", 2222));
    assertThat(decision.remarks())
        .containsExactlyInAnyOrder(
            "port 7/sctp is not announced, because DNS-SD has no service types for SCTP",
            "port 5432/tcp is not announced, because it is published on 127.0.0.1, for this host"
                + " only",
            "port 8080/tcp is not announced, because port 80/tcp is the _http._tcp of this name",
            "_mqtt._tcp is not announced, because its port is not the same on each address of the"
                + " name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "SERVER", "localhost", "wpad", "isatap", "local", "wpad.lan"})
  void namesOfTheHostAndOfOtherProgramsAreRefused(String name) {
    String reason = reason(labelled("1", "koi.enable", "1", "koi.dns.name", name));

    assertThat(reason).contains("choose another name by the label koi.dns.name");
  }

  @Test
  void aNameIsNotRefusedBecauseAnotherOneIs() {
    assertThat(names(labelled("1", "koi.announce", "server"), labelled("2", "koi.announce", "web")))
        .containsExactly(
            "1 server is the name of this host; choose another name by the label koi.dns.name",
            "2 web|web");
  }

  @Test
  void containersThatDoNotAskForItHaveNoDecision() {
    assertThat(decide(labelled("1"), labelled("2", "koi.enable", "false", "koi.announce", "x")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PAUSED, NONE, it is paused",
    "RESTARTING, NONE, it is restarting",
    "RUNNING, UNHEALTHY, its runtime says that it is unhealthy",
    "RUNNING, STARTING, its runtime's health check has no result yet",
  })
  void aContainerThatCannotServeIsNotAnnounced(InstanceState state, Health health, String reason) {
    Instance instance =
        container("1", "web")
            .labels(Map.of("koi.enable", "true"))
            .state(state)
            .health(health)
            .build();

    assertThat(reason(instance)).isEqualTo(reason);
  }

  @Test
  void aCheckOfTheLabelsDecidesInsteadOfTheRuntimesOwn() {
    Instance instance =
        container("1", "web")
            .labels(Map.of("koi.enable", "true", "koi.health.path", "/up"))
            .health(Health.UNHEALTHY)
            .build();

    assertThat(announced(instance).hostLabel()).isEqualTo("web");
    checks.put("1", "its health check fails");
    assertThat(reason(instance)).isEqualTo("its health check fails");
  }

  @ParameterizedTest
  @CsvSource({
    "tcp://10.0.0.9:2376, it runs on 10.0.0.9; run 'koi serve --announce' there",
    "tcp://[fd00::9]:2376, it runs on [fd00::9]; run 'koi serve --announce' there",
    "tcp://edge-1:2376, it runs on edge-1; run 'koi serve --announce' there",
  })
  void aContainerOfAnotherHostIsNotAnnouncedWithAddressesOfThisOne(String endpoint, String reason) {
    endpoints = Map.of("docker", endpoint);

    assertThat(reason(labelled("1", "koi.enable", "true"))).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://localhost:2375",
        "tcp://127.0.0.1:2375",
        "tcp://[::1]:2375",
        "tcp://192.168.1.7:2376",
        "npipe:////./pipe/docker_engine"
      })
  void anEndpointOnThisHostIsNoOtherHost(String endpoint) {
    endpoints = Map.of("docker", endpoint);

    assertThat(announced(labelled("1", "koi.enable", "true"))).isNotNull();
  }

  @Test
  void theAddressOfAContainerIsNeverAnnounced() {
    interfaces = List.of(at("eth0", 2, "172.17.0.3"));
    Instance koi =
        container("k", "koi")
            .networks(List.of(new Network("bridge", List.of("172.17.0.3"))))
            .build();

    assertThat(decide(labelled("1", "koi.enable", "true"), koi))
        .singleElement()
        .satisfies(each -> assertThat(each.announcement()).isEmpty())
        .satisfies(each -> assertThat(each.reason()).contains("--network host"));
  }

  private static Instance replica(String id, String project, String service, int number) {
    return container(id, project + "-" + service + "-" + number)
        .labels(
            map(
                "koi.announce",
                "web",
                "com.docker.compose.project",
                project,
                "com.docker.compose.service",
                service,
                "com.docker.compose.container-number",
                "" + number,
                "com.docker.compose.config-hash",
                "x"))
        .build();
  }

  @Test
  void replicasAndProjectsWithOneNameAreToldApart() {
    assertThat(
            names(
                replica("f", "shop", "web", 1),
                replica("e", "shop", "web", 2),
                replica("d", "test", "web", 1),
                replica("c", "test", "web", 2),
                labelled("b", "koi.announce", "web"),
                labelled("a", "koi.announce", "web")))
        .containsExactly(
            "a web|web",
            "b web-b|web-b",
            "c web-test-2|web-test-2",
            "d web-test|web-test",
            "e web-2|web-2",
            "f web-shop|web-shop");
  }

  @Test
  void aNameStaysWithItsContainerWhileThatLives() {
    Instance late = labelled("a", "koi.announce", "web");
    Instance early = labelled("b", "koi.announce", "web");

    assertThat(names(early)).containsExactly("b web|web");
    assertThat(names(late, early)).containsExactly("a web-a|web-a", "b web|web");
    assertThat(names(late)).containsExactly("a web-a|web-a");
    Instance paused =
        container("a", "ca")
            .labels(Map.of("koi.announce", "web"))
            .state(InstanceState.PAUSED)
            .build();
    assertThat(names(paused, labelled("c", "koi.announce", "web")))
        .containsExactly("a it is paused", "c web|web");
    assertThat(names(late, labelled("c", "koi.announce", "web")))
        .containsExactly("a web-a|web-a", "c web|web");
  }

  @Test
  void aContainerThatComesBackGetsItsNameWithinTenMinutesUnlessItIsTaken() {
    Instance one = labelled("a", "koi.announce", "web");
    Instance two = labelled("b", "koi.announce", "web");
    names(one, two);

    decide();
    nanos.addAndGet(9 * 60_000_000_000L);
    assertThat(names(two)).containsExactly("b web-b|web-b");
    decide();
    nanos.addAndGet(11 * 60_000_000_000L);
    decide();
    assertThat(names(two)).containsExactly("b web|web");
    assertThat(names(one, two)).containsExactly("a web-a|web-a", "b web|web");
  }

  @Test
  void aContainerThatReplacesAnotherGetsItsName() {
    names(labelled("a", "koi.announce", "web"));

    assertThat(names(labelled("b", "koi.announce", "web"))).containsExactly("b web|web");
  }

  @Test
  void aNameThatChangesIsFollowed() {
    names(labelled("a", "koi.announce", "web"));

    assertThat(names(labelled("a", "koi.announce", "shop"))).containsExactly("a shop|shop");
  }

  @Test
  void aNameThatChangesTakesNoneThatIsInUse() {
    names(labelled("a", "koi.announce", "web"), labelled("b", "koi.announce", "shop"));

    assertThat(names(labelled("a", "koi.announce", "shop"), labelled("b", "koi.announce", "shop")))
        .containsExactly("a shop-a|shop-a", "b shop|shop");
  }

  @Test
  void longNamesKeepRoomForASuffix() {
    String name = "ä".repeat(31); // 62 octets
    Instance one = labelled("a", "koi.name", name, "koi.enable", "1", "koi.dns.name", "x");
    Instance two = labelled("b", "koi.name", name, "koi.enable", "1", "koi.dns.name", "y");

    assertThat(names(one, two)).containsExactly("a x|" + name, "b y-b|" + "ä".repeat(30) + "-b");
  }

  @Test
  void thoseThatCameFirstAreAnnouncedIfThereAreTooMany() {
    maxNames = 2;
    names(labelled("b", "koi.enable", "1"), labelled("c", "koi.enable", "1"));

    assertThat(
            names(
                labelled("a", "koi.enable", "1"),
                labelled("b", "koi.enable", "1"),
                labelled("c", "koi.enable", "1")))
        .containsExactly(
            "a 2 names are announced already; see koi.announce.max-names", "b cb|cb", "c cc|cc");
  }
}
