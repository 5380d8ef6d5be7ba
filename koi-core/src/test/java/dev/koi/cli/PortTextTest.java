package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.ContainerPort;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.0.0.0 8080 80 tcp | 8080->80/tcp",
        "0.0.0.0 8080 80 tcp, :: 8080 80 tcp | 8080->80/tcp",
        "0.0.0.0 49153 80 tcp, :: 49154 80 tcp | 49153->80/tcp, [::]:49154->80/tcp",
        ":: 8080 80 tcp | [::]:8080->80/tcp",
        "127.0.0.1 8080 80 tcp, ::1 8080 80 tcp | 127.0.0.1:8080->80/tcp, [::1]:8080->80/tcp",
        "0.0.0.0 9000 9000 tcp, 0.0.0.0 9001 9001 tcp, 0.0.0.0 9002 9002 tcp"
            + " | 9000-9002->9000-9002/tcp",
        "0.0.0.0 9000 9000 tcp, :: 9000 9000 tcp, 0.0.0.0 9001 9001 tcp, :: 9001 9001 tcp"
            + " | 9000-9001->9000-9001/tcp",
        "0.0.0.0 8000 80 tcp, 0.0.0.0 8001 81 tcp, 0.0.0.0 8003 82 tcp"
            + " | 8000-8001->80-81/tcp, 8003->82/tcp",
        "0.0.0.0 53 53 tcp, 0.0.0.0 53 53 udp | 53->53/tcp, 53->53/udp",
        "0.0.0.0 8080 80 tcp, 0.0.0.0 8081 80 tcp | 8080->80/tcp, 8081->80/tcp",
        "0.0.0.0 1 1 tcp, 127.0.0.1 2 2 tcp | 1->1/tcp, 127.0.0.1:2->2/tcp",
        "0.0.0.0 8080 80 tcp, 80 tcp, 443 tcp | 8080->80/tcp, 443/tcp",
        "5432 tcp, 5433 tcp, 5433 udp | 5432-5433/tcp, 5433/udp",
        "'' | ''",
      })
  void portsBecomeTextsAndRanges(String facts, String text) {
    List<PortMapping> published = new ArrayList<>();
    List<ContainerPort> exposed = new ArrayList<>();
    for (String fact : facts.isEmpty() ? new String[0] : facts.split(", ", -1)) {
      String[] words = fact.split(" ", -1);
      PortProtocol protocol =
          PortProtocol.valueOf(words[words.length - 1].toUpperCase(Locale.ROOT));
      int port = Integer.parseInt(words[words.length - 2]);
      if (words.length == 2) {
        exposed.add(new ContainerPort(port, protocol));
      } else {
        published.add(new PortMapping(Integer.parseInt(words[1]), port, protocol, words[0]));
      }
    }
    assertThat(String.join(", ", PortText.of(published, exposed))).isEqualTo(text);
  }
}
