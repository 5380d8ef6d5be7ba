package dev.koi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.text.DnsLabel;
import dev.koi.text.Prefix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever the labels are, metadata is made, is within the rules, and is the same again. */
class KoiMetadataPropertyTest {

  private static final Pattern DNS_NAME =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
  private static final Pattern SERVICE_TYPE =
      Pattern.compile("_(?=[^.]{1,15}\\.)(?=[^.]*[a-z])[a-z0-9]+(-[a-z0-9]+)*\\._(tcp|udp)");

  @Provide
  Arbitrary<Map<String, String>> labels() {
    Arbitrary<String> keys =
        Arbitraries.frequencyOf(
            Tuple.of(
                6,
                Arbitraries.of(
                    "koi.enable",
                    "koi.type",
                    "koi.name",
                    "koi.dns.name",
                    "koi.health.path",
                    "koi.health.kind",
                    "koi.health.interval",
                    "koi.health.timeout",
                    "koi.proxy.port",
                    "koi.proxy.remote",
                    "koi.certmesh",
                    "koi.announce",
                    "koi.txt.a",
                    "koi.txt.A",
                    "traefik.enable",
                    "traefik.http.routers.r.rule",
                    "traefik.http.routers.s.rule",
                    "traefik.http.services.s.loadbalancer.server.port",
                    "caddy",
                    "caddy.reverse_proxy")),
            Tuple.of(1, HostileText.ofAtMost(4).map(text -> "koi." + text)),
            Tuple.of(1, HostileText.ofAtMost(8).map(text -> "koi.txt." + text)),
            Tuple.of(1, HostileText.ofAtMost(6)));
    Arbitrary<String> values =
        Arbitraries.oneOf(
            HostileText.ofAtMost(6),
            HostileText.ofAtMost(3).map(text -> text.repeat(100)),
            Arbitraries.of("true", "false", "8080", "30s", "_http._tcp", "shop", "/x", "tcp"),
            Arbitraries.of("Host(`shop.example`)", "{{upstreams 8080}}", "shop.example"));
    return Arbitraries.maps(keys, values).ofMaxSize(12);
  }

  @Provide
  Arbitrary<List<String>> environment() {
    return Arbitraries.oneOf(
            HostileText.ofAtMost(4), HostileText.ofAtMost(6).map(v -> "KOI_MDNS_ANNOUNCE=" + v))
        .list()
        .ofMaxSize(2);
  }

  @Property(seed = "1")
  void whatIsKeptIsWithinTheRules(
      @ForAll("labels") Map<String, String> labels,
      @ForAll("environment") List<String> environment) {
    KoiMetadata metadata = KoiMetadata.from(labels, environment);
    metadata.serviceType().ifPresent(type -> assertThat(type).matches(SERVICE_TYPE));
    metadata.dnsName().ifPresent(name -> assertThat(name).matches(DNS_NAME));
    metadata.name().ifPresent(KoiMetadataPropertyTest::assertInstanceName);
    metadata
        .healthPath()
        .ifPresent(path -> assertThat(path).matches("/[!-\"$-~]{0,1023}").doesNotStartWith("//"));
    metadata.healthKind().ifPresent(kind -> assertThat(kind).isIn("http", "tcp"));
    metadata.healthInterval().ifPresent(KoiMetadataPropertyTest::assertDuration);
    metadata.healthTimeout().ifPresent(KoiMetadataPropertyTest::assertDuration);
    metadata.proxyPort().ifPresent(port -> assertThat(port).isBetween(1, 65_535));
    metadata.source().ifPresent(s -> assertThat(s).isIn("traefik-labels", "caddy-labels"));
    int total = 0;
    for (Map.Entry<String, String> pair : metadata.txt().entrySet()) {
      assertThat(pair.getKey()).matches("[ -<>-~]+");
      int octets = (pair.getKey() + "=" + pair.getValue()).getBytes(UTF_8).length;
      assertThat(octets).isLessThanOrEqualTo(255);
      total += 1 + octets;
    }
    assertThat(total).isLessThanOrEqualTo(1300);
    assertThat(metadata.problems())
        .hasSizeLessThanOrEqualTo(51)
        .allSatisfy(
            problem -> {
              assertThat(problem.key()).hasSizeLessThanOrEqualTo(128);
              assertThat(problem.value()).hasSizeLessThanOrEqualTo(80);
              assertThat(problem.reason()).isNotBlank();
            });
  }

  @Property(seed = "1")
  void everyKoiLabelIsUnderstoodOrAProblem(@ForAll("labels") Map<String, String> labels) {
    KoiMetadata metadata = KoiMetadata.from(labels, List.of());
    List<String> rejected = metadata.problems().stream().map(LabelProblem::key).toList();
    for (String key : labels.keySet()) {
      if (key.startsWith("koi.") && !rejected.contains(Prefix.of(key, 128))) {
        if (key.startsWith("koi.txt.")) {
          assertThat(metadata.txt()).containsKey(key.substring(8));
        } else {
          KoiMetadata alone = KoiMetadata.from(Map.of(key, labels.get(key)), List.of());
          if (!key.equals("koi.announce")) { // alone it may lack a DNS name
            assertThat(alone.problems()).isEmpty();
          }
          assertThat(alone).isNotEqualTo(KoiMetadata.from(Map.of(), List.of()));
        }
      }
    }
  }

  @Property(seed = "1")
  void theOrderOfLabelsAndVariablesDoesNotCount(
      @ForAll("labels") Map<String, String> labels,
      @ForAll("environment") List<String> environment,
      @ForAll Random random) {
    List<String> keys = new ArrayList<>(new TreeMap<>(labels).keySet());
    Collections.shuffle(keys, random);
    Map<String, String> shuffled = new LinkedHashMap<>();
    keys.forEach(key -> shuffled.put(key, labels.get(key)));
    List<String> variables = new ArrayList<>(environment);
    Collections.shuffle(variables, random);
    KoiMetadata metadata = KoiMetadata.from(labels, environment);
    KoiMetadata again = KoiMetadata.from(shuffled, variables);
    assertThat(again).isEqualTo(metadata).hasSameHashCodeAs(metadata);
    assertThat(again).hasToString(metadata.toString());
  }

  @Property(seed = "1")
  void metadataWrittenBackAsLabelsIsReadTheSame(@ForAll("labels") Map<String, String> labels) {
    KoiMetadata metadata = KoiMetadata.from(labels, List.of());
    Map<String, String> back = new LinkedHashMap<>();
    metadata.enable().ifPresent(v -> back.put("koi.enable", v.toString()));
    metadata.serviceType().ifPresent(v -> back.put("koi.type", v));
    metadata.name().ifPresent(v -> back.put("koi.name", v));
    metadata.dnsName().ifPresent(v -> back.put("koi.dns.name", v));
    metadata.txt().forEach((k, v) -> back.put("koi.txt." + k, v));
    metadata.healthPath().ifPresent(v -> back.put("koi.health.path", v));
    metadata.healthKind().ifPresent(v -> back.put("koi.health.kind", v));
    metadata.healthInterval().ifPresent(v -> back.put("koi.health.interval", v.toSeconds() + ""));
    metadata.healthTimeout().ifPresent(v -> back.put("koi.health.timeout", v.toSeconds() + "s"));
    metadata.proxyPort().ifPresent(v -> back.put("koi.proxy.port", v.toString()));
    metadata.proxyRemote().ifPresent(v -> back.put("koi.proxy.remote", v.toString()));
    metadata.certmesh().ifPresent(v -> back.put("koi.certmesh", v.toString()));
    KoiMetadata again = KoiMetadata.from(back, List.of());
    assertThat(again.problems()).isEmpty();
    Map<String, Object> expected = new LinkedHashMap<>(metadata.toMap());
    expected.remove("source");
    assertThat(again.toMap()).isEqualTo(expected);
  }

  @Property(seed = "1")
  void theNearestDnsLabelIsADnsNameOrNothing(@ForAll("values") String text) {
    String label = DnsLabel.like(text);
    if (!label.isEmpty()) {
      assertThat(label).matches(DNS_NAME).doesNotContain(".");
      assertThat(DnsLabel.like(label)).isEqualTo(label);
    }
  }

  @Provide
  Arbitrary<String> values() {
    return HostileText.ofAtMost(40);
  }

  private static void assertInstanceName(String name) {
    assertThat(name.getBytes(UTF_8)).hasSizeBetween(1, 63);
    assertThat(new String(name.getBytes(UTF_8), UTF_8)).isEqualTo(name);
    assertThat(name.chars()).noneMatch(Character::isISOControl);
  }

  private static void assertDuration(Duration duration) {
    assertThat(duration).isBetween(Duration.ofSeconds(1), Duration.ofDays(1));
    assertThat(duration).isEqualTo(Duration.ofSeconds(duration.toSeconds()));
  }
}
