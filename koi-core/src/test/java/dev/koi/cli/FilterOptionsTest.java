package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.Instance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterOptionsTest {

  private static final Instance WEB =
      Instance.builder("docker", "1", "shop-web-1")
          .health(Health.HEALTHY)
          .group("team-a")
          .host("node-1")
          .labels(
              Map.of(
                  "com.docker.compose.config-hash",
                  "5f2c",
                  "com.docker.compose.project",
                  "shop",
                  "com.docker.compose.service",
                  "web",
                  "empty",
                  ""))
          .build();

  @ParameterizedTest
  @CsvSource({
    "'', true",
    "--name web, true",
    "--name shop-web-1, true",
    "--name shop-*, true",
    "--name ?eb, true",
    "--name w, false",
    "--name W*, false",
    "--name .*, false", // a glob, not a regular expression
    "--name nope --name web, true",
    "--label empty, true",
    "--label empty=, true",
    "--label com.docker.compose.project=shop, true",
    "--label com.docker.compose.project=sho, false",
    "--label nope, false",
    "--label empty --label nope, false",
    "--state running, true",
    "--state healthy, true",
    "--state paused --state running, true",
    "--state unhealthy, false",
    "--name web --state paused, false",
    "--group shop, true",
    "--group team-a, true",
    "--group other --group shop, true",
    "--group sho, false",
    "--host node-1, true",
    "--host node-2, false",
    "--group shop --host node-2, false",
  })
  void oneNameOneStateAndAllLabelsMustMatch(String line, boolean fits) throws UsageException {
    String[] args = line.isEmpty() ? new String[0] : line.split(" ", -1);

    assertThat(Arguments.parse(args).filter().test(WEB)).isEqualTo(fits);
  }

  @Test
  void aLabelThatMayHaveBeenDroppedIsMentioned() throws UsageException {
    Map<String, String> many = new HashMap<>();
    IntStream.range(0, 300).forEach(i -> many.put("key-" + i, ""));
    List<Instance> all = List.of(WEB, Instance.builder("docker", "2", "big").labels(many).build());

    assertThat(Arguments.parse("--label", "key-99").limitation(all))
        .contains(
            "koi: instances with more labels than Koi keeps: 1; --label does not see all of theirs");
    assertThat(Arguments.parse("--name", "x").limitation(all)).isEmpty();
  }
}
