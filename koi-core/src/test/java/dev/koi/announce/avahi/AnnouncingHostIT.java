package dev.koi.announce.avahi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.announce.TwoHosts.Command;
import java.io.Writer;
import org.junit.jupiter.api.Test;

/** What another host sees without Avahi, and when Avahi is started again. */
class AnnouncingHostIT extends TwoHostsTests {

  @Test
  void jmdnsAnnouncesOnAHostWithoutAvahi() throws Exception {
    try (Command other = startKoi("jmdns");
        Writer set = other.process().outputWriter(UTF_8)) {
      set.write("a,alone,3000,/login\n");
      set.flush();
      awaitLine(other, line -> line.matches("a Withheld.*another program, such as Avahi.*5353.*"));
      hosts.killAvahi("server");
      awaitFound("alone", "alone", "10.77.0.1", 3000);
      awaitLine(browser, line -> has(line, "alone") && line.endsWith("\"path=/login\""));
      awaitLine(other, line -> line.startsWith("a Announced[hostLabel=alone, instanceName=alone,"));
      set.write("\n");
      set.flush();
      awaitGone("alone");
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
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(koi.lines().subList(before, koi.lines().size()))
                    .anyMatch(line -> line.startsWith("a Announced[hostLabel=again,")));
    awaitAddress("again.local", "10.77.0.1");
  }
}
