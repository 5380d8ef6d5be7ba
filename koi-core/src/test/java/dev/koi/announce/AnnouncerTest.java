package dev.koi.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.core.Koi;
import dev.koi.core.settings.AnnounceSettings;
import dev.koi.core.settings.AnnounceSettings.Mdns;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The announcer from a runtime in memory to an announcer by multicast DNS that only remembers. */
class AnnouncerTest {

  private static final Instant SINCE = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir private Path directory;
  private final InMemoryWorld world = InMemoryWorld.open("world");
  private final Koi koi =
      Koi.builder()
          .set("koi.timing.disconnect-grace", "1ms")
          .entry("world", Map.of("type", "in-memory"))
          .only("world")
          .start();
  private final Remembered mdns = new Remembered();
  private volatile List<HostInterface> interfaces = List.of(eth0("192.168.1.7"));
  private Announcer announcer;

  @AfterEach
  void end() {
    if (announcer != null) {
      announcer.close();
    }
    koi.close();
    world.close();
  }

  private static HostInterface eth0(String address) {
    return new HostInterface("eth0", 2, List.of(Texts.address(address).orElseThrow()));
  }

  /** Announces all that is wanted at once, under the names that were wanted. */
  private static final class Remembered implements MdnsAnnouncer {
    private volatile Map<Announcement.Key, Announcement> wanted = Map.of();
    private volatile Map<Announcement.Key, AnnouncementState> states = Map.of();
    private volatile String hostName = "server";
    private volatile boolean closed;
    private volatile Runnable onChange = () -> {};

    @Override
    public void announce(Collection<Announcement> all) {
      Map<Announcement.Key, Announcement> newWanted = new TreeMap<>();
      Map<Announcement.Key, AnnouncementState> newStates = new TreeMap<>();
      for (Announcement each : all) {
        newWanted.put(each.key(), each);
        newStates.put(
            each.key(),
            new AnnouncementState.Announced(each.hostLabel(), each.instanceName(), SINCE));
      }
      states = newStates;
      wanted = newWanted;
      onChange.run();
    }

    List<String> labels() {
      return wanted.values().stream().map(Announcement::hostLabel).sorted().toList();
    }

    @Override
    public Map<Announcement.Key, AnnouncementState> states() {
      return states;
    }

    @Override
    public MdnsStatus status() {
      return new MdnsStatus("avahi", true, "", hostName, 0, 0, 0);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private void start(Mdns how, Path hostsFile) {
    AnnounceSettings settings =
        new AnnounceSettings(
            true, how, List.of(), 256, Optional.ofNullable(hostsFile), "home.arpa");
    announcer =
        Announcer.start(
            koi,
            settings,
            () -> interfaces,
            onChange -> {
              mdns.onChange = onChange;
              return mdns;
            });
  }

  private String run(String name, int port, String... labels) {
    return world.start(name, facts(port, labels));
  }

  private static UnaryOperator<Instance.Builder> facts(int port, String... labels) {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      map.put(labels[i], labels[i + 1]);
    }
    return builder ->
        builder.ports(List.of(new PortMapping(port, 80, PortProtocol.TCP, "0.0.0.0"))).labels(map);
  }

  private void awaitNames(String... labels) {
    await().untilAsserted(() -> assertThat(mdns.labels()).containsExactly(labels));
  }

  private AnnouncedName nameOf(String id) {
    return announcer.status().orElseThrow().names().stream()
        .filter(name -> name.key().instance().equals(id))
        .findFirst()
        .orElseThrow(AssertionError::new);
  }

  @Test
  void anInstanceIsAnnouncedWhileItRuns() {
    start(Mdns.AUTO, null);
    String web = run("web", 8080, "koi.announce", "shop");
    awaitNames("shop");

    world.pause(web);
    awaitNames();
    assertThat(nameOf(web).state()).isEqualTo("withheld");
    assertThat(nameOf(web).text()).isEqualTo("it is paused");
    world.unpause(web);
    awaitNames("shop");
    assertThat(nameOf(web).hostName()).isEqualTo("shop.local");
    assertThat(nameOf(web).since()).contains(SINCE);

    world.stop(web);
    awaitNames();
    assertThat(announcer.status().orElseThrow().names()).isEmpty();
  }

  @Test
  void anInstanceStaysAnnouncedWhileItsRuntimeIsOutOfSight() {
    start(Mdns.AUTO, null);
    run("web", 8080, "koi.announce", "shop");
    awaitNames("shop");

    world.lose();
    world.refuse();
    await().until(() -> koi.status().backends().get(0).runtime().isEmpty());
    interfaces = List.of(eth0("192.168.1.8"));
    mdns.onChange.run();

    await()
        .until(
            () ->
                mdns.wanted.values().stream()
                    .flatMap(each -> each.addresses().stream())
                    .anyMatch(each -> each.address().getHostAddress().equals("192.168.1.8")));
    assertThat(mdns.labels()).containsExactly("shop");
  }

  @Test
  void changedTextsPortsAndAddressesAreFollowedUnderTheSameKey() {
    start(Mdns.AUTO, null);
    String web = run("web", 8080, "koi.announce", "shop", "koi.txt.a", "1");
    awaitNames("shop");
    Announcement.Key key = mdns.wanted.keySet().iterator().next();

    world.update(web, facts(8081, "koi.announce", "shop", "koi.txt.a", "2"));

    await().until(() -> mdns.wanted.get(key).txt().get("a").equals("2"));
    assertThat(mdns.wanted.get(key).services().get(0).port()).isEqualTo(8081);
  }

  @Test
  void theHostsOwnNameIsWithdrawnWhenItBecomesKnown() {
    start(Mdns.AUTO, null);
    String web = run("web", 8080, "koi.announce", "gateway");
    awaitNames("gateway");

    mdns.hostName = "gateway";
    mdns.onChange.run();

    awaitNames();
    assertThat(nameOf(web).text()).startsWith("gateway is the name of this host");
  }

  @Test
  void theCheckOfALabelDecidesAndItsResultIsShown() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      start(Mdns.AUTO, null);
      String web =
          run("web", server.getLocalPort(), "koi.announce", "shop", "koi.health.kind", "tcp");
      awaitNames("shop");
      assertThat(nameOf(web).health()).startsWith("TCP 127.0.0.1:").contains(" passed, at ");
      String bad = run("bad", 1, "koi.announce", "bad", "koi.health.kind", "tcp");
      await()
          .untilAsserted(
              () ->
                  assertThat(nameOf(bad).text())
                      .startsWith("its health check fails: TCP 127.0.0.1:1: connection refused"));
      assertThat(mdns.labels()).containsExactly("shop");
    }
  }

  @Test
  void theHostsFileHasTheSameNamesAlsoWithoutMulticastDns() throws IOException {
    Path file = directory.resolve("hosts");
    start(Mdns.OFF, file);
    String web = run("web", 8080, "koi.announce", "shop");
    await()
        .untilAsserted(
            () -> assertThat(file).hasContent(HostsFile.HEADER + "192.168.1.7 shop.home.arpa\n"));
    assertThat(nameOf(web).domainName()).isEqualTo("shop.home.arpa");
    assertThat(nameOf(web).text()).isEqualTo("multicast DNS is off: koi.announce.mdns = off");

    announcer.close();

    assertThat(file).hasContent(HostsFile.HEADER);
  }

  @Test
  void aHostsFileThatAKilledKoiHasLeftIsPutRightAtTheNextStart() throws IOException {
    Path file = directory.resolve("hosts");
    Files.writeString(file, HostsFile.HEADER + "192.168.1.7 gone.home.arpa\n");
    run("web", 8080, "koi.announce", "shop");

    start(Mdns.OFF, file);

    await()
        .untilAsserted(
            () -> assertThat(file).hasContent(HostsFile.HEADER + "192.168.1.7 shop.home.arpa\n"));
  }

  @Test
  void aHostsFileThatCannotBeWrittenIsAProblemUntilItCan() throws IOException {
    Path file = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n");
    start(Mdns.OFF, file);
    run("web", 8080, "koi.announce", "shop");
    await()
        .untilAsserted(
            () ->
                assertThat(announcer.status().orElseThrow().hostsFileProblem())
                    .contains("is not a file of Koi"));

    Files.writeString(file, "");
    run("db", 8081, "koi.announce", "db");

    await()
        .untilAsserted(() -> assertThat(file).content().contains("shop.home.arpa", "db.home.arpa"));
    await() // the file is written first
        .until(() -> announcer.status().orElseThrow().hostsFileProblem().isEmpty());
  }

  @Test
  void anInstanceThatWasFoundJustNowIsNotTakenForOneThatIsNotToBeAnnounced() {
    AnnounceStatus early =
        new AnnounceStatus(mdns.status(), List.of(), "", 0, "", List.of()); // before the decision
    Instance.Builder web = Instance.builder("world", "1", "web");

    assertThat(early.of(web.build())).isEmpty();
    assertThat(early.of(web.labels(Map.of("koi.announce", "shop")).build()))
        .extracting(AnnouncedName::state, AnnouncedName::text)
        .containsExactly(tuple("withheld", "it was found just now"));
  }

  @Test
  void closingWithdrawsEverything() {
    start(Mdns.AUTO, null);

    announcer.close();
    announcer.close();

    assertThat(mdns.closed).isTrue();
  }
}
