package dev.koi.announce.avahi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.announce.TwoHosts;
import dev.koi.announce.TwoHosts.Command;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What another host sees of the announcements, by Avahi's own clients. */
@EnabledIfSystemProperty(
    named = "koi.tests",
    matches = "all",
    disabledReason = "it is long; mvn verify -Dkoi.tests=all runs it")
@Timeout(240)
class AvahiIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static Path directory;
  private static TwoHosts hosts;
  private static Command browser; // on the other host

  private Command koi;
  private Writer wanted;

  @BeforeAll
  static void makeHosts() throws Exception {
    TwoHosts.require();
    directory = Files.createTempDirectory("koi");
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

  @AfterEach
  void endKoi() {
    if (koi != null) {
      koi.close();
    }
  }

  /** Each test uses a name of its own, so that it sees nothing of the others. */
  private void want(String set) throws Exception {
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
}
