package dev.koi.announce.avahi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.LongTest;
import dev.koi.announce.TwoHosts;
import dev.koi.announce.TwoHosts.Command;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests with a Koi on one host, whose announcements another host sees by Avahi's own clients. Each
 * test uses a name of its own, so that it sees nothing of the others.
 */
@LongTest
@Timeout(240)
abstract class TwoHostsTests {

  @TempDir static Path directory;

  static TwoHosts hosts;
  static Command browser; // on the other host

  static Command koi; // on the host whose Avahi announces
  static Writer wanted;

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
      koi = null;
    }
  }

  static Command startKoi(String announcer) throws Exception {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(List.of(AnnouncingProcess.class.getName(), announcer));
    return hosts.start("server", command.toArray(String[]::new));
  }

  static String[] java() {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String path = System.getProperty("java.class.path");
    return new String[] {
      java.toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", path
    };
  }

  /** Has Koi announce a set, as {@link AnnouncingProcess} reads it. */
  static void want(String set) throws Exception {
    if (koi == null || !koi.process().isAlive()) {
      koi = startKoi("avahi");
      wanted = koi.process().outputWriter(UTF_8);
    }
    wanted.write(set + "\n");
    wanted.flush();
  }

  static void awaitLine(Command command, Predicate<String> line) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(command.lines()).anyMatch(line));
  }

  /**
   * Waits until the other host has found a service, at an address and a port. The client shows the
   * address that it hears of first, which may be the one of IPv6 in the same network.
   */
  static void awaitFound(String name, String host, String address, int port) {
    String ipv6 = address.replaceFirst("10\\.([0-9]+)\\.0\\.([0-9]+)", "fd$1::$2");
    String begin = ";" + host + ".local;";
    String end = ";" + port + ";";
    awaitLine(
        browser,
        line ->
            line.startsWith("=;")
                && has(line, name)
                && (line.contains(begin + address + end) || line.contains(begin + ipv6 + end)));
  }

  static void awaitGone(String name) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> assertThat(balance(name)).isZero());
  }

  /** How many times the other host has the service now: once for each interface and IP version. */
  static long balance(String name) {
    return browser.lines().stream().filter(l -> l.startsWith("+") && has(l, name)).count()
        - browser.lines().stream().filter(l -> l.startsWith("-") && has(l, name)).count();
  }

  static boolean has(String line, String name) {
    return line.contains(";" + name + ";");
  }

  static void awaitAddress(String host, String address) {
    String version = address.contains(":") ? "-6" : "-4";
    await()
        .ignoreExceptions()
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () ->
                assertThat(hosts.in("viewer", "timeout", "5", "avahi-resolve", version, "-n", host))
                    .containsExactly(host + "\t" + address));
  }

  /** Waits until a client that asks afresh gets an answer. It shows only the first one it gets. */
  static void awaitLookup(Predicate<String> line) {
    await()
        .until(
            () -> {
              try (Command client =
                  hosts.start("viewer", "stdbuf", "-oL", "avahi-browse", "-pr", "_http._tcp")) {
                for (int i = 0; i < 150 && client.lines().stream().noneMatch(line); i++) {
                  Thread.sleep(20);
                }
                return client.lines().stream().anyMatch(line);
              }
            });
  }
}
