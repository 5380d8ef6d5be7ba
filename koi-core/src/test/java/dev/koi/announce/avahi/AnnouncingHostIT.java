package dev.koi.announce.avahi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.announce.TwoHosts.Command;
import java.io.Writer;
import org.junit.jupiter.api.Test;

/** What another host sees without Avahi, and when Avahi is started again. */
class AnnouncingHostIT extends TwoHostsTests {

  /** JmDNS itself would announce no name with a dot, and give each record an hour to live. */
  @Test
  void jmdnsAnnouncesOnAHostWithoutAvahi() throws Exception {
    try (Command other = startKoi("jmdns");
        Writer set = other.process().outputWriter(UTF_8)) {
      set.write("a,alone.v2,3000,/login\n");
      set.flush();
      awaitLine(other, line -> line.matches("a Withheld.*another program, such as Avahi.*5353.*"));
      hosts.killAvahi("server");
      try (Command packets =
          hosts.start(
              "viewer",
              "tcpdump",
              "-Z",
              "root",
              "-lnvvvi",
              "eth0",
              "udp port 5353 and src host 10.77.0.1")) {
        String found = "alone\\032v2"; // as the client writes a blank
        awaitFound(found, "alone-v2", "10.77.0.1", 3000);
        awaitLine(browser, line -> has(line, found) && line.endsWith("\"path=/login\""));
        awaitLine(
            other,
            line -> line.startsWith("a Announced[hostLabel=alone-v2, instanceName=alone v2,"));
        awaitLine(packets, line -> line.contains("alone-v2.local. (Cache flush) [2m] A 10.77.0.1"));
        assertThat(packets.lines()).noneMatch(line -> line.contains(" [1h"));
        set.write("\n");
        set.flush();
        awaitGone(found);
      }
    }
    hosts.startAvahi("server");
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
        .untilAsserted(
            () ->
                assertThat(koi.lines().stream().skip(before))
                    .anyMatch(line -> line.startsWith("a Announced[hostLabel=again,")));
    awaitAddress("again.local", "10.77.0.1");
  }
}
