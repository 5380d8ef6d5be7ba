package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendDisconnected;
import dev.koi.RuntimeEvent.BackendReconnected;
import dev.koi.RuntimeEvent.Started;
import dev.koi.RuntimeEvent.Stopped;
import dev.koi.RuntimeEvent.Updated;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventTextTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:03Z");

  private final EventText text = new EventText(ZoneOffset.UTC);

  @Test
  void aStartShowsTheFacts() {
    Instance web =
        web()
            .image("nginx:1")
            .health(Health.STARTING)
            .ports(List.of(new PortMapping(8080, 80, PortProtocol.TCP, "0.0.0.0")))
            .build();

    assertThat(line(started(web)))
        .isEqualTo("12:00:03 + docker/web  running (starting)  nginx:1  8080->80/tcp");
  }

  @Test
  void theHostIsNamedAndTwoHostsMayHaveInstancesOfOneName() {
    Instance first = Instance.builder("docker", "a/1", "shop-web-1").host("a").build();
    Instance second = Instance.builder("docker", "b/1", "shop-web-1").host("b").build();

    line(started(first));
    assertThat(line(started(second))).isEqualTo("12:00:03 + docker/shop-web-1 on b  running");
  }

  @Test
  void anOldInstanceIsShownWithItsAge() {
    Instance old = web().startedAt(NOW.minusSeconds(7200)).build();

    assertThat(line(started(old))).isEqualTo("12:00:03 + docker/web  running  up 2h");
  }

  @Test
  void anEndShowsTheDuration() {
    Instance web = web().startedAt(NOW.minusSeconds(61)).build();

    assertThat(line(new Stopped("docker", NOW, 1, web)))
        .isEqualTo("12:00:03 - docker/web  after 61s");
  }

  @Test
  void aChangeShowsOldAndNewValue() {
    assertThat(update(web().health(Health.STARTING), web().health(Health.HEALTHY)))
        .isEqualTo("12:00:03 ~ docker/web  health starting -> healthy");
    assertThat(update(web(), web().state(InstanceState.PAUSED)))
        .isEqualTo("12:00:03 ~ docker/web  state running -> paused");
    assertThat(update(web(), Instance.builder("docker", "1", "web-2")))
        .isEqualTo("12:00:03 ~ docker/web-2  name web -> web-2");
    assertThat(update(web(), web().image("nginx:2")))
        .isEqualTo("12:00:03 ~ docker/web  image none -> nginx:2");
  }

  @Test
  void networksAndPortsAreAddedAndRemoved() {
    Network front = Network.of("front", List.of("10.0.0.2"));
    Network back = Network.of("back", List.of("10.1.0.2"));
    PortMapping http = new PortMapping(8080, 80, PortProtocol.TCP, "0.0.0.0");

    assertThat(
            update(
                web().networks(List.of(front)), web().networks(List.of(back)).ports(List.of(http))))
        .isEqualTo(
            "12:00:03 ~ docker/web  -network front=10.0.0.2, +network back=10.1.0.2, +port 8080->80/tcp");
  }

  @Test
  void secretsInLabelsAreMasked() {
    assertThat(
            update(
                web().labels(Map.of("a", "1", "gone", "x", "db.password", "hunter2")),
                web().labels(Map.of("a", "2", "new", "y", "db.password", "hunter3"))))
        .isEqualTo(
            "12:00:03 ~ docker/web  label a 1 -> 2, label db.password *** -> ***, -label gone, +label new y");
  }

  @Test
  void manyOrLongChangesStayReadable() {
    Map<String, String> many = new HashMap<>();
    IntStream.range(0, 9).forEach(i -> many.put("key-" + i, "x".repeat(3000)));

    String line = update(web(), web().labels(many));

    assertThat(line).endsWith(" and 3 more").hasSizeLessThan(600);
  }

  @Test
  void derivedFieldsAreNotRepeated() {
    Map<String, String> compose =
        Map.of(
            "com.docker.compose.config-hash", "5f2c",
            "com.docker.compose.project", "shop",
            "com.docker.compose.service", "web");

    assertThat(update(web(), web().labels(compose)))
        .isEqualTo(
            "12:00:03 ~ docker/web  +label com.docker.compose.config-hash 5f2c,"
                + " +label com.docker.compose.project shop,"
                + " +label com.docker.compose.service web");
  }

  @Test
  void replicasAreShownWithTheirContainerNames() {
    Map<String, String> compose =
        Map.of(
            "com.docker.compose.config-hash", "5f2c",
            "com.docker.compose.project", "shop",
            "com.docker.compose.service", "web");
    Instance one = Instance.builder("docker", "1", "shop-web-1").labels(compose).build();
    Instance two = Instance.builder("docker", "2", "shop-web-2").labels(compose).build();

    assertThat(line(started(one))).contains("+ docker/web  ");
    assertThat(line(started(two))).contains("+ docker/web (shop-web-2)  ");
    assertThat(line(new Stopped("docker", NOW, 3, one))).endsWith("- docker/web (shop-web-1)");
    assertThat(line(new Stopped("docker", NOW, 4, two))).endsWith("- docker/web");
  }

  @Test
  void anOutageIsShownWithItsReason() {
    assertThat(line(new BackendDisconnected("docker", NOW, 1, "nothing\nlistens")))
        .isEqualTo("12:00:03 ! docker  lost: nothing\\x0alistens; its instances may change unseen");
    assertThat(line(new BackendReconnected("docker", NOW, 2)))
        .isEqualTo("12:00:03 ! docker  is back");
  }

  @Test
  void onlyTheSignAndTheStateHaveColours() {
    assertThat(text.line(started(web().build())).text(true))
        .isEqualTo(
            "\u001b[2m12:00:03\u001b[0m \u001b[32m+ docker/web\u001b[0m  \u001b[32mrunning\u001b[0m");
  }

  private String update(Instance.Builder from, Instance.Builder to) {
    Instance previous = from.build();
    Instance instance = to.build();
    return line(
        new Updated("docker", NOW, 1, previous, instance, previous.changedFields(instance)));
  }

  private static Started started(Instance instance) {
    return new Started("docker", NOW, 1, instance);
  }

  private String line(RuntimeEvent event) {
    return text.line(event).toString();
  }

  private static Instance.Builder web() {
    return Instance.builder("docker", "1", "web");
  }
}
