package dev.koi.announce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.koi.LongTest;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.core.Koi;
import dev.koi.core.settings.AnnounceSettings;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real dnsmasq, which has dropped its rights, answers with what Koi writes into its hostsdir. */
@LongTest
@Timeout(300)
class HostsFileIT {

  private static final List<Path> TOOLS =
      List.of(Path.of("/usr/sbin/dnsmasq"), Path.of("/usr/bin/dig"));

  @TempDir private Path directory;
  private final InMemoryWorld world = InMemoryWorld.open("world");
  private final Koi koi =
      Koi.builder().entry("world", Map.of("type", "in-memory")).only("world").start();
  private Process dnsmasq;
  private Announcer announcer;
  private int port;

  @BeforeEach
  void start() throws IOException {
    boolean installed = TOOLS.stream().allMatch(Files::isExecutable);
    if ("required".equals(System.getenv("KOI_TEST_ENGINES"))) {
      assertThat(installed).as("%s", TOOLS).isTrue();
    }
    assumeTrue(installed, "dnsmasq or dig is missing; apt-get install dnsmasq-base bind9-dnsutils");
    Path hosts = Files.createDirectory(directory.resolve("hosts"));
    for (Path each : List.of(directory, hosts)) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    dnsmasq =
        new ProcessBuilder(
                "/usr/sbin/dnsmasq",
                "--keep-in-foreground",
                "--user=nobody",
                "--conf-file=/dev/null",
                "--pid-file=",
                "--no-resolv",
                "--no-hosts",
                "--log-facility=-",
                "--listen-address=127.0.0.1",
                "--bind-interfaces",
                "--port=" + port,
                "--local=/home.arpa/",
                "--hostsdir=" + hosts)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("dnsmasq.log").toFile())
            .start();
    InetAddress address = Texts.address("192.168.1.7").orElseThrow();
    InetAddress ipv6 = Texts.address("fd00::7").orElseThrow();
    announcer =
        Announcer.start(
            koi,
            new AnnounceSettings(
                true,
                AnnounceSettings.Mdns.OFF,
                List.of(),
                256,
                Optional.of(hosts.resolve("koi")),
                "home.arpa"),
            () -> List.of(new HostInterface("eth0", 2, List.of(address, ipv6))),
            onChange -> new NoMdns());
  }

  @AfterEach
  void end() throws InterruptedException {
    if (announcer != null) {
      announcer.close();
    }
    koi.close();
    world.close();
    if (dnsmasq != null) {
      dnsmasq.destroy();
      if (!dnsmasq.waitFor(10, TimeUnit.SECONDS)) {
        dnsmasq.destroyForcibly().waitFor();
      }
    }
  }

  private String start(String name, String label) {
    return world.start(
        name,
        facts ->
            facts
                .ports(
                    List.of(
                        new PortMapping(8080, 80, PortProtocol.TCP, "0.0.0.0"),
                        new PortMapping(8080, 80, PortProtocol.TCP, "::")))
                .labels(Map.of("koi.announce", label)));
  }

  /** The answer of dig: the addresses, or the status if there are none. */
  private String dig(String name, String type) throws IOException, InterruptedException {
    Process dig =
        new ProcessBuilder(
                "/usr/bin/dig",
                "@127.0.0.1",
                "-p",
                "" + port,
                "+tries=1",
                "+time=2",
                "+noall",
                "+answer",
                "+comments",
                name,
                type)
            .redirectErrorStream(true)
            .start();
    String text = new String(dig.getInputStream().readAllBytes(), UTF_8);
    dig.waitFor();
    List<String> addresses = new ArrayList<>();
    String status = "no answer";
    for (String line : text.lines().toList()) {
      if (line.startsWith(name)) {
        addresses.add(line.replaceFirst(".*\\s", ""));
      } else if (line.contains("status: ")) {
        status = line.replaceFirst(".*status: (\\w+).*", "$1");
      }
    }
    return addresses.isEmpty() ? status : String.join(" ", addresses);
  }

  private void awaitAnswer(String name, String type, String answer) {
    await(name).untilAsserted(() -> assertThat(dig(name, type)).isEqualTo(answer));
  }

  @Test
  void dnsmasqAnswersWithTheNamesOfWhatRuns() {
    String shop = start("shop", "shop");
    awaitAnswer("shop.home.arpa", "A", "192.168.1.7");
    awaitAnswer("shop.home.arpa", "AAAA", "fd00::7");

    world.pause(shop);
    awaitAnswer("shop.home.arpa", "A", "NXDOMAIN");
    world.unpause(shop);
    awaitAnswer("shop.home.arpa", "A", "192.168.1.7");

    announcer.close();
    awaitAnswer("shop.home.arpa", "A", "NXDOMAIN");
  }
}
