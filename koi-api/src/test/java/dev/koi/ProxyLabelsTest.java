package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyLabelsTest {

  private static final String RULE = "traefik.http.routers.shop.rule";
  private static final String PORT = "traefik.http.services.shop.loadbalancer.server.port";

  private static final String UPSTREAMS = "{{upstreams 8080}}";

  @Test
  void traefikFillsInHostAndPort() {
    KoiMetadata metadata = labels(Map.of(RULE, "Host(`Shop.example`)", PORT, " 8080"));
    assertThat(metadata.enable()).contains(true);
    assertThat(metadata.name()).contains("shop.example");
    assertThat(metadata.dnsName()).contains("shop.example");
    assertThat(metadata.proxyPort()).contains(8080);
    assertThat(metadata.source()).contains("traefik-labels");
    assertThat(metadata.problems()).isEmpty();
  }

  @Test
  void caddyFillsInHostAndPort() {
    KoiMetadata metadata =
        labels(Map.of("caddy", "shop.example", "caddy.reverse_proxy", "{{upstreams 8080}}"));
    assertThat(metadata.enable()).contains(true);
    assertThat(metadata.name()).contains("shop.example");
    assertThat(metadata.dnsName()).contains("shop.example");
    assertThat(metadata.proxyPort()).contains(8080);
    assertThat(metadata.source()).contains("caddy-labels");
    assertThat(metadata.problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      value = {
        "Host(`a.example`)                                     ; a.example",
        "Host(\"a.example\")                                   ; a.example",
        "host ( `a.example` )                                  ; a.example",
        "PathPrefix(`/x`) && Host(`a.example`)                 ; a.example",
        "(Host(`a.example`) || Host(`b.example`)) && Path(`/`) ; a.example",
        "Host(`a.example`,`b.example`)                         ; a.example",
        "!Host(`a.example`) && Host(`b.example`)               ; b.example",
        "! Host(`a.example`)                                   ;",
        "HostRegexp(`^.+$`)                                    ;",
        "HostSNI(`a.example`)                                  ;",
        "NoHost(`a.example`)                                   ;",
        "PathPrefix(`/x`)                                      ;",
        "Host(`a.example                                       ;",
        "Host(`a.example\")                                    ;",
        "Host(a.example)                                       ;",
        "''                                                    ;",
      })
  void theHostOfARuleIsItsFirstHostMatcher(String rule, String host) {
    KoiMetadata metadata = labels(Map.of(RULE, rule));
    assertThat(metadata.dnsName()).isEqualTo(Optional.ofNullable(host));
    assertThat(metadata.source()).isEqualTo(Optional.ofNullable(host).map(h -> "traefik-labels"));
    assertThat(metadata.problems()).isEmpty();
  }

  @Test
  void ofSeveralRoutersAndServicesTheFirstByKeyCounts() {
    Map<String, String> labels = new HashMap<>();
    labels.put("traefik.http.routers.b.rule", "Host(`b.example`)");
    labels.put("traefik.http.routers.a.rule", "Host(`a.example`)");
    labels.put("traefik.http.services.b.loadbalancer.server.port", "2");
    labels.put("traefik.http.services.a.loadbalancer.server.port", "1");
    assertThat(labels(labels).dnsName()).contains("a.example");
    assertThat(labels(labels).proxyPort()).contains(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "traefik.tcp.routers.shop.rule",
        "traefik.http.routers.shop.rulesyntax",
        "traefik.http.services.shop.loadbalancer.server.scheme",
        "traefik.udp.services.shop.loadbalancer.server.port",
        "xtraefik.http.routers.shop.rule",
      })
  void otherLabelsOfTraefikSayNothing(String key) {
    assertThat(labels(Map.of(key, "Host(`a.example`)")).source()).isEmpty();
    assertThat(labels(Map.of(key, "80")).source()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"false,", "FALSE,", "0,", "true,traefik-labels", "maybe,traefik-labels"})
  void traefikIsNotReadWhereItIsSwitchedOff(String enable, String source) {
    KoiMetadata metadata = labels(Map.of("traefik.enable", enable, RULE, "Host(`a.example`)"));
    assertThat(metadata.source()).isEqualTo(Optional.ofNullable(source));
    assertThat(metadata.problems()).isEmpty();
  }

  @Test
  void caddyIsReadWhereTraefikSaysNothing() {
    Map<String, String> labels = new HashMap<>();
    labels.put("caddy", "caddy.example");
    labels.put(RULE, "Host(`traefik.example`)");
    assertThat(labels(labels).source()).contains("traefik-labels");
    assertThat(labels(labels).dnsName()).contains("traefik.example");
    labels.put(RULE, "Path(`/`)");
    assertThat(labels(labels).source()).contains("caddy-labels");
    labels.put(RULE, "Host(`traefik.example`)");
    labels.put("traefik.enable", "false");
    assertThat(labels(labels).source()).contains("caddy-labels");
    assertThat(labels(labels).dnsName()).contains("caddy.example");
  }

  @Test
  void caddyFillsNoGapThatTraefikLeaves() {
    KoiMetadata metadata =
        labels(Map.of(RULE, "Host(`a.example`)", "caddy", ":", "caddy.reverse_proxy", UPSTREAMS));
    assertThat(metadata.dnsName()).contains("a.example");
    assertThat(metadata.proxyPort()).isEmpty();
  }

  @Test
  void onlyWhatIsUnsetIsFilledIn() {
    KoiMetadata name = labels(Map.of("koi.name", "Mine", RULE, "Host(`a.example`)"));
    assertThat(name.name()).contains("Mine");
    assertThat(name.dnsName()).contains("a.example");
    assertThat(name.source()).contains("traefik-labels");
    KoiMetadata port = labels(Map.of("koi.proxy.port", "1", PORT, "http"));
    assertThat(port.proxyPort()).contains(1);
    assertThat(port.source()).isEmpty();
    assertThat(port.problems()).isEmpty();
  }

  @Test
  void whatIsSetStays() {
    KoiMetadata metadata =
        labels(
            Map.of(
                "koi.enable",
                "true",
                "koi.dns.name",
                "mine",
                "koi.name",
                "Mine",
                RULE,
                "Host(`*.shop.example`)",
                PORT,
                "8080"));
    assertThat(metadata.dnsName()).contains("mine");
    assertThat(metadata.name()).contains("Mine");
    assertThat(metadata.proxyPort()).contains(8080);
    assertThat(metadata.source()).contains("traefik-labels");
    assertThat(metadata.problems()).isEmpty();
  }

  @Test
  void aSourceThatFillsNothingIsNotNamed() {
    Map<String, String> labels = new HashMap<>();
    labels.put("koi.dns.name", "mine");
    labels.put("koi.name", "Mine");
    labels.put("koi.proxy.port", "1");
    labels.put(RULE, "Host(`shop.example`)");
    labels.put(PORT, "8080");
    labels.put("caddy", "shop.example");
    assertThat(labels(labels).source()).isEmpty();
    assertThat(labels(labels).enable()).isEmpty();
    labels.remove("koi.name");
    assertThat(labels(labels).source()).contains("traefik-labels");
    assertThat(labels(labels).name()).contains("shop.example");
    assertThat(labels(labels).dnsName()).contains("mine");
  }

  @Test
  void aHostTooLongForAnInstanceNameIsStillADnsName() {
    String host = "h".repeat(60) + ".abc";
    assertThat(labels(Map.of("caddy", host)).dnsName()).contains(host);
    assertThat(labels(Map.of("caddy", host)).name()).isEmpty();
    assertThat(labels(Map.of("caddy", host, "koi.dns.name", "mine")).source()).isEmpty();
    host = "h".repeat(59) + ".abc";
    assertThat(labels(Map.of("caddy", host)).name()).contains(host);
  }

  @Test
  void aHostOrPortThatIsNoneIsAProblemAndTheNextCounts() {
    KoiMetadata metadata =
        labels(
            Map.of(
                "traefik.http.routers.a.rule", "Host(`a_.example`)",
                "traefik.http.routers.b.rule", "Host(`b.example`)",
                "traefik.http.services.a.loadbalancer.server.port", "http",
                "traefik.http.services.b.loadbalancer.server.port", "80"));
    assertThat(metadata.dnsName()).contains("b.example");
    assertThat(metadata.proxyPort()).contains(80);
    assertThat(metadata.problems())
        .containsExactly(
            new LabelProblem(
                "traefik.http.routers.a.rule",
                "Host(`a_.example`)",
                "names a host that must be a DNS name: letters, digits and inner hyphens, at"
                    + " most 63 in a label and 253 in all (RFC 1123); try a-example"),
            new LabelProblem(
                "traefik.http.services.a.loadbalancer.server.port",
                "http",
                "names a port that must be a port number in 1..65535, as in 8080"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.example                  | a.example",
        " a.example                 | a.example",
        "a.example, b.example       | a.example",
        "a.example b.example        | a.example",
        "http://a.example           | a.example",
        "https://a.example:8443/x/* | a.example",
        "a.example:80               | a.example",
        "localhost                  | localhost",
        "\"a.example\"              | a.example",
        "*.example, a.example       | a.example",
        ":80                        |",
        "/x                         |",
      })
  void aSiteAddressGivesItsHost(String addresses, String host) {
    KoiMetadata metadata = labels(Map.of("caddy", addresses));
    assertThat(metadata.dnsName()).isEqualTo(Optional.ofNullable(host));
    assertThat(metadata.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*.example", "(snippet)", "[::1]:80", "{$DOMAIN}", "{{.Name}}", "*"})
  void aPatternOrPlaceholderIsNoHostAndNoProblem(String address) {
    assertThat(labels(Map.of("caddy", address))).isEqualTo(labels(Map.of()));
    assertThat(labels(Map.of(RULE, "Host(`" + address + "`)"))).isEqualTo(labels(Map.of()));
  }

  @Test
  void aSiteAddressThatIsNoDnsNameIsAProblemAndTheNextCounts() {
    KoiMetadata metadata = labels(Map.of("caddy", "a_b b.example"));
    assertThat(metadata.dnsName()).contains("b.example");
    assertThat(metadata.problems()).singleElement().extracting("key").isEqualTo("caddy");
  }

  @Test
  void numberedSitesAreReadInTheOrderOfTheirNumbers() {
    Map<String, String> labels = new HashMap<>();
    labels.put("caddy_10", "ten.example");
    labels.put("caddy_10.reverse_proxy", "{{upstreams 10}}");
    labels.put("caddy_9", "nine.example");
    labels.put("caddy_9.reverse_proxy", "{{upstreams 9}}");
    assertThat(labels(labels).dnsName()).contains("nine.example");
    assertThat(labels(labels).proxyPort()).contains(9);
    labels.put("caddy", "plain.example");
    assertThat(labels(labels).dnsName()).contains("plain.example");
    assertThat(labels(labels).proxyPort()).isEmpty(); // the port of another site does not count
  }

  @Test
  void aSiteWithAHostIsPreferredAndASnippetIsNotRead() {
    Map<String, String> labels = new HashMap<>();
    labels.put("caddy_0", "(logging)");
    labels.put("caddy_0.reverse_proxy", "{{upstreams 1}}");
    assertThat(labels(labels)).isEqualTo(labels(Map.of()));
    labels.put("caddy_1", "*.example");
    labels.put("caddy_1.reverse_proxy", "{{upstreams 2}}");
    labels.put("caddy_2", "*.example");
    labels.put("caddy_2.reverse_proxy", "{{upstreams 3}}");
    assertThat(labels(labels).proxyPort()).contains(2);
    labels.put("caddy_3", "three.example");
    assertThat(labels(labels).dnsName()).contains("three.example");
    assertThat(labels(labels).proxyPort()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "caddy.1_reverse_proxy,                8080",
    "caddy.reverse_proxy_2,                8080",
    "caddy.handle_path.0_reverse_proxy,    8080",
    "caddy.reverse_proxy.header_up,            ",
    "caddy.xreverse_proxy,                     ",
    "caddy_1.reverse_proxy,                    ",
    "caddyx.reverse_proxy,                     ",
    "Caddy.reverse_proxy,                      ",
  })
  void aDirectiveGivesItsPortAtAnyDepth(String key, Integer port) {
    KoiMetadata metadata = labels(Map.of("caddy", "a.example", key, UPSTREAMS));
    assertThat(metadata.proxyPort()).isEqualTo(Optional.ofNullable(port));
  }

  @Test
  void theCaseOfTraefiksKeysIsIgnored() {
    Map<String, String> labels = new HashMap<>();
    labels.put("Traefik.HTTP.Routers.a.Rule", "Host(`a.example`)");
    labels.put("traefik.http.services.a.loadBalancer.server.port", "9090");
    assertThat(labels(labels).dnsName()).contains("a.example");
    assertThat(labels(labels).proxyPort()).contains(9090);
    labels.put("traefik.Enable", "false");
    assertThat(labels(labels)).isEqualTo(labels(Map.of()));
  }

  @Test
  void aReadingTellsWhyALabelHasNoEffect() {
    String enable = "koi.enable";
    String overruled = "is overruled: labels with precedence set its fields";
    assertThat(labels(Map.of(enable, "false", RULE, "x", "caddy", "y", "caddyx", "z")).readings())
        .containsExactly(
            new LabelReading(enable, "enable", "false"),
            new LabelReading(RULE, "", "is not read, because koi.enable=false"),
            new LabelReading("caddy", "", "is not read, because koi.enable=false"));
    assertThat(labels(Map.of(PORT, "80", "caddy", "y")).readings())
        .contains(new LabelReading("caddy", "", "is not read, because Traefik's labels are"));
    assertThat(labels(Map.of("koi.proxy.port", "1", PORT, "80")).readings())
        .contains(new LabelReading(PORT, "", overruled));
    Map<String, String> labels =
        Map.of(enable, "yes", "koi.name", "A", "koi.dns.name", "a", "koi.announce", "B");
    assertThat(labels(labels).readings()).contains(new LabelReading("koi.announce", "", overruled));
  }

  @Test
  void atMost256LabelsWithoutEffectAreKept() {
    Map<String, String> labels = new HashMap<>(Map.of("koi.enable", "false"));
    for (int i = 0; i < 1000; i++) {
      labels.put("traefik.x" + i, "x");
    }
    assertThat(labels(labels).readings()).hasSize(257);
  }

  @Test
  void anEmptySiteAddressSaysNothing() {
    assertThat(labels(Map.of("caddy", ""))).isEqualTo(labels(Map.of()));
    assertThat(labels(Map.of("caddy.reverse_proxy", "{{upstreams 80}}")).source()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{upstreams 8080}}          | 8080",
        "{{ upstreams  8080 }}       | 8080",
        "{{upstreams http 8080}}     | 8080",
        "{{upstreams h2c 8080}}      | 8080",
        "/api/* {{upstreams 8080}}   | 8080",
        "{{upstreams}}               |",
        "{{upstreams https}}         |",
        "app:8080                    |",
      })
  void upstreamsGiveTheirPort(String upstreams, Integer port) {
    KoiMetadata metadata = labels(Map.of("caddy", ":80", "caddy.reverse_proxy", upstreams));
    assertThat(metadata.proxyPort()).isEqualTo(Optional.ofNullable(port));
    assertThat(metadata.source()).isEqualTo(Optional.ofNullable(port).map(p -> "caddy-labels"));
    assertThat(metadata.problems()).isEmpty();
  }

  @Test
  void aPortOutOfRangeIsAProblem() {
    KoiMetadata metadata =
        labels(Map.of("caddy", "a.example", "caddy.reverse_proxy", "{{upstreams 65536}}"));
    assertThat(metadata.proxyPort()).isEmpty();
    assertThat(metadata.problems())
        .singleElement()
        .extracting("key")
        .isEqualTo("caddy.reverse_proxy");
  }

  private static KoiMetadata labels(Map<String, String> labels) {
    return KoiMetadata.from(labels, List.of());
  }
}
