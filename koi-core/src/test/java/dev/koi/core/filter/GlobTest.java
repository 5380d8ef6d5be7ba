package dev.koi.core.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {

  private static boolean matches(String glob, String name) {
    return InstanceFilter.of(Map.of("name", List.of(glob)))
        .test(Instance.builder("docker", "1", name).build());
  }

  @Test
  void itMatchesAsTheRegularExpressionDoes() {
    Random random = new Random(7);
    String[] parts = {"*", "?", "a", "b", ".", "😀"};
    for (int i = 0; i < 20_000; i++) {
      StringBuilder glob = new StringBuilder();
      StringBuilder name = new StringBuilder("a");
      for (int j = random.nextInt(7); j > 0; j--) {
        glob.append(parts[random.nextInt(parts.length)]);
      }
      for (int j = random.nextInt(7); j > 0; j--) {
        name.append(parts[2 + random.nextInt(parts.length - 2)]);
      }
      String regex = glob.toString().replace(".", "[.]").replace("*", ".*").replace("?", ".");

      assertThat(new Glob(glob.toString()).matches(name.toString()))
          .as("%s in %s", glob, name)
          .isEqualTo(Pattern.compile(regex).matcher(name).matches());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*************!", "*a*a*a*a*a*a*a*a*a*a*a*a*a*a!", "*?*?*?*?*?*?*?*?*?*!"})
  @Timeout(
      value = 60,
      unit = TimeUnit.SECONDS,
      threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a regular expression would take years
  void noPatternTakesLong(String glob) {
    assertThat(matches(glob, "a".repeat(200))).isFalse();
    assertThat(matches(glob, "a".repeat(200) + "!")).isTrue();
  }
}
