package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListCommandTest {

  private static final Instant NOW = Instant.EPOCH.plusSeconds(60);

  @Test
  void groupsAndHostsAreColumnsIfAnInstanceHasOne() {
    List<Instance> instances =
        List.of(
            instance("a/app").group("a").host("node-1").build(),
            instance("b/app").group("b").build(),
            instance("other").build());

    assertThat(printed(instances))
        .containsExactly(
            "NAME   STATE    PORTS  BACKEND  GROUP  HOST    AGE  IMAGE  ADDRESSES",
            "a/app  running         cluster  a      node-1  60s",
            "app    running         cluster                 60s",
            "b/app  running         cluster  b              60s");
  }

  @Test
  void withoutAnyThereAreNone() {
    assertThat(printed(List.of(instance("other").build())).get(0))
        .isEqualTo("NAME  STATE    PORTS  BACKEND  AGE  IMAGE  ADDRESSES");
  }

  private static Instance.Builder instance(String id) {
    return Instance.builder("cluster", id, "app").startedAt(Instant.EPOCH);
  }

  private static List<String> printed(List<Instance> instances) {
    return ListCommand.table(instances, NOW).lines(0).stream()
        .map(line -> line.toString())
        .toList();
  }
}
