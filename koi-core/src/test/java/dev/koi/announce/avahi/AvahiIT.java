package dev.koi.announce.avahi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.announce.TwoHosts;
import dev.koi.announce.TwoHosts.Command;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What another host sees of the announcements, by Avahi's own clients. */
@EnabledIfSystemProperty(
    named = "koi.tests",
    matches = "all",
    disabledReason = "it is long; mvn verify -Dkoi.tests=all runs it")
@Timeout(240)
class AvahiIT {

  @TempDir static Path directory;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static TwoHosts hosts;
  private static Command browser; // on the other host

  private static Command koi; // on the host whose Avahi announces
  private static Writer wanted;

  @BeforeAll
  static void makeHosts() throws Exception {
    TwoHosts.require();
    hosts = new TwoHosts(directory);
    browser = hosts.start("viewer", "stdbuf", "-oL", "avahi-browse", "-pr", "_http._tcp");
  }

  @AfterAll
  static void removeHosts() throws Exception {
    if (hosts != null) {
      hosts.close();
    }
  }

  @BeforeEach
  void startKoi() throws Exception {
    if (koi != null && koi.process().isAlive()) {
      return;
    }
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    koi =
        hosts.start(
            "server",
            java.toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            AnnouncingProcess.class.getName());
    wanted = koi.process().outputWriter(UTF_8);
  }

  /** Each test uses a name of its own, so that it sees nothing of the others. */
  private static void want(String set) throws Exception {
    wanted.write(set + "\n");
    wanted.flush();
  }

  private static void awaitLine(Command command, Predicate<String> line) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(command.lines()).anyMatch(line));
  }

  /** Waits until the other host has found a service, at an address and a port. */
  private static void awaitFound(String name, String host, String address, int port) {
    String end = ";" + host + ".local;" + address + ";" + port + ";";
    awaitLine(
        browser,
        line -> line.startsWith("=;") && line.contains(";" + name + ";") && line.contains(end));
  }

  private static void awaitGone(String name) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(balance(name)).isZero());
  }

  /** How many times the other host has the service now: once for each interface and IP version. */
  private static long balance(String name) {
    return browser.lines().stream().filter(l -> l.startsWith("+") && has(l, name)).count()
        - browser.lines().stream().filter(l -> l.startsWith("-") && has(l, name)).count();
  }

  private static boolean has(String line, String name) {
    return line.contains(";" + name + ";");
  }

  private static void awaitAddress(String host, String address) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () ->
                assertThat(hosts.in("viewer", "timeout", "1", "avahi-resolve", "-4", "-n", host))
                    .containsExactly(host + "\t" + address));
  }

  /** Waits until a client that asks afresh gets an answer. It shows only the first one it gets. */
  private static void awaitLookup(Predicate<String> line) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              try (Command client =
                  hosts.start("viewer", "stdbuf", "-oL", "avahi-browse", "-pr", "_http._tcp")) {
                for (int i = 0; i < 50 && client.lines().stream().noneMatch(line); i++) {
                  Thread.sleep(20);
                }
                return client.lines().stream().anyMatch(line);
              }
            });
  }

  @Test
  void aServiceIsSeenAndGoes() throws Exception {
    want("a,seen,3000,/login");
    awaitFound("seen", "seen", "10.77.0.1", 3000);
    awaitLine(browser, line -> has(line, "seen") && line.endsWith("\"path=/login\""));
    awaitAddress("seen.local", "10.77.0.1");
    awaitLine(koi, line -> line.startsWith("a Announced[hostLabel=seen, instanceName=seen,"));

    want("");
    awaitGone("seen");
    want("a,seen,3001");
    awaitFound("seen", "seen", "10.77.0.1", 3001);
  }

  @Test
  void aKilledKoiLeavesNothing() throws Exception {
    want("a,killed,3000");
    awaitFound("killed", "killed", "10.77.0.1", 3000);
    koi.process().destroyForcibly();

    awaitGone("killed");
  }

  @Test
  void aCleanEndLeavesNothing() throws Exception {
    want("a,closed,3000");
    awaitFound("closed", "closed", "10.77.0.1", 3000);
    wanted.close();

    assertThat(koi.process().waitFor(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    awaitGone("closed");
  }

  @Test
  void anotherPortAndAnotherTextNeedNoOtherName() throws Exception {
    want("a,moved,3000");
    awaitFound("moved", "moved", "10.77.0.1", 3000);
    want("a,moved,3000,/new");
    awaitLookup(line -> has(line, "moved") && line.endsWith("\"path=/new\""));
    assertThat(browser.lines()).noneMatch(line -> line.startsWith("-") && has(line, "moved"));
    want("a,moved,3001,/new");
    awaitLookup(line -> has(line, "moved") && line.contains(";3001;"));
  }

  @Test
  void aNameOfAnotherHostIsLeftToIt() throws Exception {
    try (Command owner =
        hosts.start("viewer", "avahi-publish", "-a", "-R", "owned.local", "10.77.0.2")) {
      awaitLine(owner, line -> line.startsWith("Established"));
      want("a,owned,3000");
      awaitFound("owned", "owned-2", "10.77.0.1", 3000);
      awaitLine(koi, line -> line.startsWith("a Announced[hostLabel=owned-2,"));
      awaitAddress("owned.local", "10.77.0.2");
    }
  }

  @Test
  void theNameOfTheHostStaysTheHosts() throws Exception {
    want("a,server,3000 b,other,3000");
    awaitFound("other", "other", "10.77.0.1", 3000);

    awaitLine(koi, line -> line.equals("a Failed[error=server.local is the name of this host]"));
    assertThat(balance("server")).isZero();
  }

  @Test
  void avahiIsStartedAgain() throws Exception {
    want("a,again,3000");
    awaitFound("again", "again", "10.77.0.1", 3000);
    int before = koi.lines().size();
    hosts.killAvahi("server");
    awaitLine(koi, line -> line.contains("running=false, problem=Avahi does not run"));
    hosts.startAvahi("server");

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(koi.lines().subList(before, koi.lines().size()))
                    .anyMatch(line -> line.startsWith("a Announced[hostLabel=again,")));
    awaitAddress("again.local", "10.77.0.1");
  }

  @Test
  void aNetworkThatComesLateAndAnotherAddressAreAnnounced() throws Exception {
    want("a,late,3000");
    awaitFound("late", "late", "10.77.0.1", 3000);
    hosts.connect("eth1", 78);
    awaitFound("late", "late", "10.78.0.1", 3000);
    hosts.in("server", "ip", "addr", "del", "10.78.0.1/24", "dev", "eth1");
    hosts.in("server", "ip", "addr", "add", "10.78.0.7/24", "dev", "eth1");

    awaitLookup(line -> line.contains(";eth1;IPv4;late;") && line.contains(";10.78.0.7;3000;"));
    hosts.in("server", "ip", "link", "del", "eth1");
  }

  /** 25 times 100 ms up, 100 ms down. Each announcement would be three probes and a goodbye. */
  @Test
  void aCrashLoopCostsFewPackets() throws Exception {
    try (Command packets =
        hosts.start(
            "viewer",
            "tcpdump",
            "-Z",
            "root",
            "-lni",
            "eth0",
            "udp port 5353 and src host 10.77.0.1")) {
      awaitLine(packets, line -> line.startsWith("listening on"));
      awaitLine(koi, line -> line.contains("running=true"));
      for (int i = 0; i < 25; i++) {
        want("a" + i + ",crash,3000");
        Thread.sleep(100);
        want("");
        Thread.sleep(100);
      }
      awaitLine(koi, line -> line.matches("status .* suppressed=(1[5-9]|2[0-9]), .*"));
      assertThat(packets.lines()).hasSizeLessThan(25);
    }
    assertThat(browser.lines()).noneMatch(line -> has(line, "crash"));
  }
}
