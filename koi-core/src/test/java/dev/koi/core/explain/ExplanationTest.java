package dev.koi.core.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.ContainerPort;
import dev.koi.Instance;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.core.explain.Explanation.Effect;
import dev.koi.core.explain.Explanation.Label;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {

  private final Instance.Builder web =
      Instance.builder("docker", "1", "web")
          .exposedPorts(List.of(new ContainerPort(80, PortProtocol.TCP)))
          .ports(List.of(new PortMapping(8080, 80, PortProtocol.TCP, "0.0.0.0")));

  @ParameterizedTest
  @CsvSource({
    "koi.enable, yes, true, koi.enable=true asks for it",
    "koi.enable, no, false, koi.enable=false says not to",
    "koi.enable, maybe, false, its label koi.enable was rejected",
    "koi.announce, Shop, true, koi.announce asks for it",
    "traefik.http.routers.x.rule, Host(`a.b`), true, traefik.http.routers.x.rule asks for it",
    "other, x, false, nothing asks for it; the label koi.enable=true would",
  })
  void theReasonForTheAnnouncementIsNamed(String key, String value, boolean announced, String why) {
    Explanation explanation = Explanation.of(web.labels(Map.of(key, value)).build());

    assertThat(explanation.announced()).isEqualTo(announced);
    assertThat(explanation.why()).isEqualTo(why);
  }

  @Test
  void anInstanceThatPublishesNoPortIsNotAnnounced() {
    Explanation explanation =
        Explanation.of(web.labels(Map.of("koi.enable", "true")).ports(List.of()).build());

    assertThat(explanation.announced()).isFalse();
    assertThat(explanation.why())
        .isEqualTo("it publishes no TCP or UDP port; publish one, as in -p 8080:80");
  }

  @ParameterizedTest
  @CsvSource({
    "koi.prometheus.scrape, Yes, SETS, prometheus.scrape = true",
    "prometheus.io/scrape, no, SETS, prometheus.scrape = false",
    "koi.prometheus.scrape, maybe, REJECTED, 'is ''maybe'', but must be true or false'",
    "koi.prometheus.port, http, REJECTED, 'is ''http'', but must be a number from 1 to 65535'",
    "prometheus.io/port, 99999999, REJECTED,"
        + " 'is ''99999999'', but must be a number from 1 to 65535'",
    "koi.prometheus.scheme, ftp, REJECTED, 'is ''ftp'', but must be http or https'",
    "koi.prometheus.path, m, SETS, prometheus.path = /m",
    "koi.prometheus.path, /m?x=1, SETS,"
        + " 'prometheus.path = /m; Koi drops the query, so set params in Prometheus'",
    "koi.prometheus.path, '', REJECTED, 'is '''', but must be a path such as /metrics'",
    "koi.prometheus.prot, 1, REJECTED, 'is not one of koi.prometheus.[scrape, port, path, scheme]'",
    "prometheus.io/other, 1, IGNORED, contains nothing that Koi uses",
  })
  void theLabelsForPrometheusAreExplained(String key, String value, Effect effect, String text) {
    assertThat(Explanation.of(web.labels(Map.of(key, value)).build()).labels())
        .containsExactly(new Label(key, effect, text));
  }

  @Test
  void theOrderOfTheLabelsForPrometheusIsExplained() {
    Map<String, String> labels =
        Map.of(
            "koi.prometheus.scrape", "true",
            "prometheus.io/scrape", "false",
            "koi.prometheus.port", "http",
            "prometheus.io/port", "9100",
            "a.b", "1",
            "a-b", "2",
            "db.password", "3",
            "db-password", "4");

    assertThat(Explanation.of(web.labels(labels).build()).labels())
        .filteredOn(label -> label.effect() != Effect.IGNORED)
        .hasSize(5)
        .contains(
            new Label(
                "prometheus.io/scrape", Effect.OVERRULED, "is overruled by koi.prometheus.scrape"),
            new Label("prometheus.io/port", Effect.SETS, "prometheus.port = 9100"),
            new Label(
                "a.b", Effect.OVERRULED, "is not sent to Prometheus: __meta_koi_label_a_b is a-b"));
  }

  @Test
  void everyLabelHasAnEffectOrAReasonForNone() {
    String place = "tells its place in a Compose project";
    Instance instance =
        web.labels(
                Map.of(
                    "koi.enable", "false",
                    "koi.announce", "Shop",
                    "koi.enbale", "true",
                    "koi.txt.token", "swordfish",
                    "com.docker.compose.config-hash", "5f2c",
                    "com.docker.compose.project", "shop",
                    "com.docker.compose.service", "web",
                    "com.docker.compose.version", "2",
                    "caddy", "shop.example.com",
                    "maintainer", "them"))
            .build();

    assertThat(Explanation.of(instance).labels())
        .containsExactly(
            new Label("caddy", Effect.OVERRULED, "is not read, because koi.enable=false"),
            new Label("com.docker.compose.config-hash", Effect.COMPOSE, place),
            new Label("com.docker.compose.project", Effect.COMPOSE, place),
            new Label("com.docker.compose.service", Effect.COMPOSE, place),
            new Label(
                "com.docker.compose.version", Effect.IGNORED, "contains nothing that Koi uses"),
            new Label("koi.announce", Effect.SETS, "name = Shop, dns_name = shop"),
            new Label("koi.enable", Effect.SETS, "enable = false"),
            new Label(
                "koi.enbale",
                Effect.REJECTED,
                "is not a label that Koi knows; did you mean koi.enable?"),
            new Label("koi.txt.token", Effect.SETS, "txt.token = ***"),
            new Label("maintainer", Effect.IGNORED, "contains nothing that Koi uses"));
  }

  @Test
  void aLabelWithALongKeyIsShownOnce() {
    String key = "koi.txt." + "x".repeat(121);
    for (String value : List.of("1", "x".repeat(255))) {
      assertThat(Explanation.of(web.labels(Map.of(key, value)).build()).labels())
          .singleElement()
          .extracting(Label::key)
          .isEqualTo(key.substring(0, 128));
    }
  }

  @Test
  void theVariableIsNamed() {
    Instance instance = web.environment(List.of("KOI_MDNS_ANNOUNCE=Shop\n")).build();

    assertThat(Explanation.of(instance).labels())
        .containsExactly(
            new Label(
                "KOI_MDNS_ANNOUNCE", Effect.SETS, "enable = true, name = Shop, dns_name = shop"));
  }

  @ParameterizedTest
  @CsvSource({
    "80, TCP, _, _http._tcp, is usual on this port",
    "81, TCP, _, _koi-managed._tcp, nothing else is usual on this port",
    "81, TCP, _http._tcp, _http._tcp, koi.type says so",
    "53, UDP, _http._tcp, _dns._udp, is usual on this port; koi.type=_http._tcp is of another"
        + " transport",
  })
  void theRuleForTheTypeOfAPortIsNamed(
      int port, PortProtocol protocol, String label, String type, String rule) {
    Instance instance =
        web.ports(List.of())
            .exposedPorts(List.of(new ContainerPort(port, protocol)))
            .labels(label.equals("_") ? Map.of() : Map.of("koi.type", label))
            .build();

    assertThat(Explanation.of(instance).ports())
        .containsExactly(
            new Explanation.Port(new ContainerPort(port, protocol), List.of(), type, rule));
  }
}
