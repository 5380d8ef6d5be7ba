package dev.koi.announce.avahi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.announce.TwoHosts.Command;
import org.junit.jupiter.api.Test;

/** What another host sees of the announcements by Avahi. */
class AvahiIT extends TwoHostsTests {

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

    assertThat(koi.process().waitFor(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    awaitGone("closed");
  }

  @Test
  void anotherPortAndAnotherTextNeedNoOtherName() throws Exception {
    want("a,moved,3000");
    awaitFound("moved", "moved", "10.77.0.1", 3000);
    awaitAddress("moved.local", "10.77.0.1");
    awaitAddress("moved.local", "fd77::1");
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

  /** 15 times 100 ms up, 100 ms down. Each announcement would be three probes and a goodbye. */
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
      want("");
      awaitLine(koi, line -> line.contains("running=true"));
      for (int i = 0; i < 15; i++) {
        want("a" + i + ",crash,3000");
        Thread.sleep(100);
        want("");
        Thread.sleep(100);
      }
      awaitLine(koi, line -> line.matches("status .* suppressed=([5-9]|1[0-9]), .*"));
      assertThat(packets.lines()).hasSizeLessThan(15);
    }
    assertThat(browser.lines()).noneMatch(line -> has(line, "crash"));
  }
}
