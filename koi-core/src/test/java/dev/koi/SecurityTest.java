package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each threat in SECURITY.md is held by tests that exist. */
class SecurityTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))`");

  @Test
  void eachThreatHasTestsThatExist() throws IOException {
    List<String> threats = threats();
    Set<String> sources = sources();

    assertThat(threats).hasSizeGreaterThan(5);
    for (String threat : threats) {
      List<String> tests = new ArrayList<>();
      Matcher test = TEST.matcher(threat.substring(threat.lastIndexOf('|')));
      while (test.find()) {
        tests.add(test.group(1));
      }
      assertThat(tests).as(threat).isNotEmpty();
      assertThat(sources).as(threat).containsAll(tests);
    }
  }

  private static List<String> threats() throws IOException {
    return Files.readAllLines(ROOT.resolve("SECURITY.md")).stream()
        .filter(line -> line.startsWith("| "))
        .skip(1) // the heads of the columns
        .map(line -> line.replaceFirst("\\s*\\|\\s*$", ""))
        .toList();
  }

  /** Returns the names of all test classes. */
  private static Set<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT, 12)) {
      return files
          .map(Path::toString)
          .filter(file -> file.contains("/src/test/java/") && file.endsWith(".java"))
          .map(file -> file.replaceFirst(".*/(\\w+)\\.java", "$1"))
          .collect(Collectors.toSet());
    }
  }
}
