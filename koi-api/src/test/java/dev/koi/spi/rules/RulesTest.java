package dev.koi.spi.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RulesTest {

  @Test
  void everyRuleOfThePageHasItsSentence() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("docs/spec.md"))) {
      assertThat(lines.filter(line -> line.startsWith("- **")))
          .map(line -> line.replaceFirst("- \\*\\*(.+?)\\*\\*.*", "$1"))
          .containsExactlyElementsOf(Rules.sentences().keySet());
    }
    assertThat(Rules.sentences())
        .containsEntry("X-5", "close of the watch MUST leave the connection usable.");
  }
}
