package dev.koi.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of {@code docs/spec.md} and the Javadoc of {@code dev.koi.spi} tell the same story. */
class SpecTest {

  private static final Pattern RULE = Pattern.compile("(?m)^- \\*\\*([A-Z]-\\d+)\\*\\* ");
  private static final Pattern ID = Pattern.compile("\\b[A-Z]-\\d+\\b");

  @Test
  void everyRuleHasItsOwnNumberAndNoNumberIsLeftOut() throws IOException {
    List<String> ids = matches(RULE, spec()).map(match -> match.group(1)).toList();
    assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
    Map<String, Integer> last = new TreeMap<>();
    for (String id : ids) {
      int number = Integer.parseInt(id.substring(2));
      assertThat(number).as(id).isEqualTo(last.merge(id.substring(0, 1), 1, Integer::sum));
    }
  }

  @Test
  void everyRuleSaysWhatItIsForAndHowBinding() throws IOException {
    rules()
        .forEach(
            (id, text) -> {
              assertThat(text).as(id).containsPattern("(?s)\\n  \\*Intent: \\S.*\\.\\*\\s*$");
              assertThat(text.substring(0, text.indexOf("*Intent")))
                  .as(id)
                  .containsPattern("MUST|SHOULD|MAY");
            });
  }

  @Test
  void everyRuleStandsUnderTheHeadingOfItsLetter() throws IOException {
    for (String section : spec().split("(?m)^## ", -1)) {
      assertThat(matches(RULE, section).map(match -> match.group(1)))
          .as(section.lines().findFirst().orElseThrow())
          .allMatch(id -> id.charAt(0) == section.charAt(0));
    }
  }

  @Test
  void theJavadocNamesEveryRuleAndNoOther() throws IOException {
    TreeSet<String> named = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java/dev/koi/spi"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        matches(ID, Files.readString(source)).map(MatchResult::group).forEach(named::add);
      }
    }
    assertThat(rules().keySet()).containsAll(named);
    assertThat(named).containsAll(rules().keySet());
  }

  private static Map<String, String> rules() throws IOException {
    Map<String, String> rules = new LinkedHashMap<>();
    List<MatchResult> starts = new ArrayList<>(matches(RULE, spec()).toList());
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1).start() : spec().length();
      String text = spec().substring(starts.get(i).end(), end);
      rules.put(starts.get(i).group(1), text.split("\n## ", 2)[0]);
    }
    return rules;
  }

  private static Stream<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }

  private static String spec() throws IOException {
    return Files.readString(Path.of("docs/spec.md"));
  }
}
