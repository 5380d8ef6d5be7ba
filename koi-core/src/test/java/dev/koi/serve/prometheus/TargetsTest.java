package dev.koi.serve.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {

  private static final PortMapping PORT = port(8080, 80, "0.0.0.0");

  private static PortMapping port(int host, int container, String ip) {
    return new PortMapping(host, container, PortProtocol.TCP, ip);
  }

  private static Instance.Builder web() {
    return Instance.builder("docker", "0123456789ab", "web").image("shop/web:2");
  }

  private static Instance web(Map<String, String> labels, PortMapping... ports) {
    return web().labels(labels).ports(Arrays.asList(ports)).build();
  }

  private static List<Map<String, Object>> groups(boolean all, Instance... instances) {
    return new Targets("host.example", Set.of("edge"), all).of(Arrays.asList(instances));
  }

  private static List<Object> targets(boolean all, Instance... instances) {
    return groups(all, instances).stream().map(group -> group.get("targets")).toList();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, String> labels(Instance instance) {
    List<Map<String, Object>> groups = groups(true, instance);
    assertThat(groups).hasSize(1);
    return (Map<String, String>) groups.get(0).get("labels");
  }

  @Test
  void onlyInstancesThatAskForItAreListed() {
    Instance silent = web(Map.of(), PORT);
    Instance own = web(Map.of("koi.prometheus.scrape", "true"), port(8081, 80, "0.0.0.0"));
    Instance usual = web(Map.of("prometheus.io/scrape", "true"), port(8082, 80, "0.0.0.0"));
    Instance never = web(Map.of("koi.prometheus.scrape", "false"), port(8083, 80, "0.0.0.0"));

    assertThat(targets(false, silent, own, usual, never))
        .containsExactly(List.of("host.example:8081"), List.of("host.example:8082"));
    assertThat(targets(true, silent, own, usual, never))
        .containsExactly(
            List.of("host.example:8080"),
            List.of("host.example:8081"),
            List.of("host.example:8082"));
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, host.example:9000",
    "'::', host.example:9000",
    "127.0.0.1, 127.0.0.1:9000",
    "'::1', '[::1]:9000'",
  })
  void aTargetIsAHostAndAPort(String ip, String target) {
    assertThat(targets(true, web(Map.of(), port(9000, 80, ip)))).containsExactly(List.of(target));
  }

  @Test
  void anInstanceOnAnotherMachineIsScrapedThere() {
    Instance instance =
        web().host("node-2").group("shop").ports(List.of(port(9000, 80, "0.0.0.0"))).build();

    assertThat(targets(true, instance)).containsExactly(List.of("node-2:9000"));
    assertThat(labels(instance))
        .containsEntry("__meta_koi_host", "node-2")
        .containsEntry("__meta_koi_group", "shop");
  }

  @Test
  void aPortOfBothFamiliesIsOneTargetAndUdpIsNone() {
    Instance instance =
        web(
            Map.of(),
            PORT,
            port(8080, 80, "::"),
            port(8081, 81, "0.0.0.0"),
            new PortMapping(53, 53, PortProtocol.UDP, "0.0.0.0"));

    assertThat(targets(true, instance))
        .containsExactly(List.of("host.example:8080"), List.of("host.example:8081"));
  }

  @Test
  void labelsChoosePortPathAndScheme() {
    Instance instance =
        web(
            Map.of(
                "koi.prometheus.port", "81",
                "prometheus.io/port", "80",
                "prometheus.io/path", "stats",
                "prometheus.io/scheme", "HTTPS"),
            PORT,
            port(8081, 81, "0.0.0.0"));

    assertThat(targets(true, instance)).containsExactly(List.of("host.example:8081"));
    assertThat(labels(instance))
        .containsEntry("__metrics_path__", "/stats")
        .containsEntry("__scheme__", "https")
        .containsEntry("__meta_koi_port_private", "81")
        .containsEntry("__meta_koi_port_public", "8081");
  }

  @Test
  void aWrongSettingIsIgnored() {
    Instance instance =
        web(Map.of("prometheus.io/scheme", "gopher", "prometheus.io/port", "0"), PORT);

    assertThat(labels(instance)).doesNotContainKey("__scheme__");
    assertThat(targets(true, instance)).containsExactly(List.of("host.example:8080"));
  }

  /** Prometheus would ask for the path with the question mark escaped. */
  @Test
  void thePathHasNoQuery() {
    Instance instance = web(Map.of("koi.prometheus.path", "/m?x=1"), PORT);

    assertThat(labels(instance)).containsEntry("__metrics_path__", "/m");
  }

  @Test
  void aPortThatIsNotPublishedIsScrapedAtTheInstancesOwnAddress() {
    Instance.Builder asking =
        web().labels(Map.of("koi.prometheus.scrape", "true", "koi.prometheus.port", "9100"));

    assertThat(
            targets(
                false, asking.networks(List.of(new Network("n", List.of("172.18.0.2")))).build()))
        .containsExactly(List.of("172.18.0.2:9100"));
    assertThat(targets(false, asking.networks(List.of()).build()))
        .as("it uses the host's network")
        .containsExactly(List.of("host.example:9100"));
  }

  /** One bad label would have Prometheus refuse the whole list. */
  @Test
  void everyNameIsOneThatPrometheusTakesAndEveryValueIsAText() {
    Instance instance =
        web(Map.of("a.b", "first", "a-b", "0", "", "empty", "ü/é", "é\u0007", "0", "digit"), PORT);

    Map<String, String> labels = labels(instance);

    assertThat(labels.keySet()).allMatch(name -> name.matches("[a-zA-Z_][a-zA-Z0-9_]*"));
    assertThat(labels.values()).allMatch(String.class::isInstance);
    assertThat(labels)
        .containsEntry("__meta_koi_label_a_b", "0") // of a-b, which is the first by order
        .containsEntry("__meta_koi_label_0", "digit")
        .containsEntry("__meta_koi_name", "web")
        .containsEntry("__meta_koi_image", "shop/web:2");
  }

  /** What is not so prefixed would become a label of every series. */
  @Test
  void noLabelOfAnInstanceReachesTheSeries() {
    Instance instance =
        web(Map.of("job", "x", "__address__", "evil:1", "__metrics_path__", "/x"), PORT);

    assertThat(labels(instance).keySet()).allMatch(name -> name.startsWith("__meta_koi_"));
  }

  @Test
  void labelsThatLookLikeSecretsAreLeftOut() {
    assertThat(labels(web(Map.of("db.password", "x"), PORT)).keySet())
        .noneMatch(name -> name.contains("password"));
  }

  @Test
  void anInstanceOfALostRuntimeIsStale() {
    Instance kept = web(Map.of(), PORT);
    Instance lost = Instance.builder("edge", "1", "web").ports(List.of(PORT)).build();

    assertThat(labels(kept)).containsEntry("__meta_koi_stale", "false");
    assertThat(labels(lost)).containsEntry("__meta_koi_stale", "true");
  }
}
