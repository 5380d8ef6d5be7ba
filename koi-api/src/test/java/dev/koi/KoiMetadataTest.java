package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.koi.text.DnsLabel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KoiMetadataTest {

  private static final String NAME_63 = "n".repeat(63);
  private static final String DNS_253 = ("d".repeat(49) + ".").repeat(5) + "abc";

  @Test
  void everyLabelFillsItsField() {
    KoiMetadata metadata =
        labels(
            Map.ofEntries(
                Map.entry("koi.enable", "true"),
                Map.entry("koi.type", "_http._tcp"),
                Map.entry("koi.name", "My Shop"),
                Map.entry("koi.dns.name", "shop.example"),
                Map.entry("koi.txt.version", "1.2"),
                Map.entry("koi.txt.Team", " blue "),
                Map.entry("koi.health.path", "/healthz?full=1"),
                Map.entry("koi.health.kind", "http"),
                Map.entry("koi.health.interval", "30"),
                Map.entry("koi.health.timeout", "5s"),
                Map.entry("koi.proxy.port", "8443"),
                Map.entry("koi.proxy.remote", "no"),
                Map.entry("koi.certmesh", "on")));
    assertThat(metadata.enable()).contains(true);
    assertThat(metadata.serviceType()).contains("_http._tcp");
    assertThat(metadata.name()).contains("My Shop");
    assertThat(metadata.dnsName()).contains("shop.example");
    assertThat(metadata.txt()).isEqualTo(Map.of("Team", " blue ", "version", "1.2"));
    assertThat(metadata.healthPath()).contains("/healthz?full=1");
    assertThat(metadata.healthKind()).contains("http");
    assertThat(metadata.healthInterval()).contains(Duration.ofSeconds(30));
    assertThat(metadata.healthTimeout()).contains(Duration.ofSeconds(5));
    assertThat(metadata.proxyPort()).contains(8443);
    assertThat(metadata.proxyRemote()).contains(false);
    assertThat(metadata.certmesh()).contains(true);
    assertThat(metadata.source()).isEmpty();
    assertThat(metadata.problems()).isEmpty();
  }

  @Test
  void noLabelsAskForNothing() {
    KoiMetadata metadata = labels(Map.of("maintainer", "me", "koi", "1", "koiz.enable", "1"));
    assertThat(metadata.enable()).isEmpty();
    assertThat(metadata.txt()).isEmpty();
    assertThat(metadata.problems()).isEmpty();
    assertThat(metadata).isEqualTo(labels(Map.of()));
  }

  @Test
  void theShorthandSetsEnableNameAndDnsName() {
    for (KoiMetadata metadata :
        List.of(
            labels(Map.of("koi.announce", "Grafana")),
            KoiMetadata.from(Map.of(), List.of("A=b", "KOI_MDNS_ANNOUNCE=Grafana")))) {
      assertThat(metadata.enable()).contains(true);
      assertThat(metadata.name()).contains("Grafana");
      assertThat(metadata.dnsName()).contains("grafana");
      assertThat(metadata.serviceType()).isEmpty();
      assertThat(metadata.problems()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "My Shop!,          my-shop",
    "shop.example.com,  shop.example.com",
    "--a  b--,          a-b",
    "a.b_c,             a-b-c",
    "Café,              caf",
    "-,                 ",
    "日本,              ",
  })
  void theShorthandMakesADnsNameOfItsName(String name, String dnsName) {
    KoiMetadata metadata = labels(Map.of("koi.announce", name));
    assertThat(metadata.name()).contains(name);
    assertThat(metadata.dnsName()).isEqualTo(Optional.ofNullable(dnsName));
    assertThat(metadata.problems()).hasSize(dnsName == null ? 1 : 0);
  }

  @Test
  void aShorthandWithoutADnsNameIsNoProblemIfALabelGivesOne() {
    KoiMetadata metadata = labels(Map.of("koi.announce", "日本", "koi.dns.name", "japan"));
    assertThat(metadata.name()).contains("日本");
    assertThat(metadata.dnsName()).contains("japan");
    assertThat(metadata.problems()).isEmpty();
  }

  @Test
  void aLongNameIsCutToADnsLabelThatDoesNotEndInAHyphen() {
    assertThat(labels(Map.of("koi.announce", "a".repeat(62) + "_")).dnsName())
        .contains("a".repeat(62));
    assertThat(DnsLabel.like("a".repeat(62) + "_b")).isEqualTo("a".repeat(62));
    assertThat(DnsLabel.like("a".repeat(70))).isEqualTo("a".repeat(63));
  }

  @Test
  void anExplicitLabelBeatsTheShorthandWhichBeatsTheEnvironmentWhichBeatsPartners() {
    Map<String, String> labels = new HashMap<>();
    labels.put("traefik.http.routers.r.rule", "Host(`traefik`)");
    List<String> environment = List.of("KOI_MDNS_ANNOUNCE=variable");
    assertThat(KoiMetadata.from(labels, List.of()).dnsName()).contains("traefik");
    assertThat(KoiMetadata.from(labels, environment).dnsName()).contains("variable");
    labels.put("koi.announce", "shorthand");
    assertThat(KoiMetadata.from(labels, environment).dnsName()).contains("shorthand");
    labels.put("koi.dns.name", "explicit");
    KoiMetadata metadata = KoiMetadata.from(labels, environment);
    assertThat(metadata.dnsName()).contains("explicit");
    assertThat(metadata.name()).contains("shorthand");
    assertThat(metadata.source()).isEmpty();
    assertThat(metadata.problems()).isEmpty();
  }

  @Test
  void enableFalseBeatsEverythingElse() {
    KoiMetadata metadata =
        KoiMetadata.from(
            Map.of(
                "koi.enable", "off",
                "koi.announce", "shop",
                "traefik.http.services.s.loadbalancer.server.port", "80",
                "caddy", "shop.example"),
            List.of("KOI_MDNS_ANNOUNCE=shop"));
    assertThat(metadata.enable()).contains(false);
    assertThat(metadata.name()).contains("shop");
    assertThat(metadata.proxyPort()).isEmpty();
    assertThat(metadata.source()).isEmpty();
  }

  @Test
  void anEnableThatIsNotUnderstoodDoesNotUndoTheShorthand() {
    KoiMetadata metadata = labels(Map.of("koi.enable", "maybe", "koi.announce", "shop"));
    assertThat(metadata.enable()).contains(true);
    assertThat(metadata.problems())
        .containsExactly(
            new LabelProblem(
                "koi.enable", "maybe", "must be true or false (or yes, no, on, off, 1, 0)"));
  }

  /** A label, a value it accepts, and the value that is kept. */
  static Stream<Arguments> accepted() {
    Stream<Arguments> booleans =
        Stream.concat(
            Stream.of("true", "TRUE", "1", "yes", "Yes", "on", " on ")
                .map(text -> arguments("koi.enable", text, true)),
            Stream.of("false", "False", "0", "no", "NO", "off", "\toff")
                .map(text -> arguments("koi.certmesh", text, false)));
    Stream<Arguments> others =
        Stream.of(
            arguments("koi.type", " _HTTP._Tcp ", "_http._tcp"),
            arguments("koi.type", "_a._udp", "_a._udp"),
            arguments("koi.type", "_z._udp", "_z._udp"),
            arguments("koi.type", "_koi-managed-1a._tcp", "_koi-managed-1a._tcp"),
            arguments("koi.type", "_1234567890abcde._tcp", "_1234567890abcde._tcp"),
            arguments("koi.name", " " + NAME_63, NAME_63),
            arguments("koi.name", "é".repeat(31), "é".repeat(31)),
            arguments("koi.name", "Büro 😀", "Büro 😀"),
            arguments("koi.dns.name", "A-1.Zz.09", "a-1.zz.09"),
            arguments("koi.dns.name", "a".repeat(63), "a".repeat(63)),
            arguments("koi.dns.name", DNS_253, DNS_253),
            arguments("koi.health.kind", "TCP", "tcp"),
            arguments("koi.health.kind", "Http ", "http"),
            arguments("koi.health.path", "/", "/"),
            arguments("koi.health.path", "/~", "/~"),
            arguments("koi.health.path", " /a/b%20c?x=1&y ", "/a/b%20c?x=1&y"),
            arguments("koi.health.path", "/" + "p".repeat(1023), "/" + "p".repeat(1023)),
            arguments("koi.health.interval", "1", 1L),
            arguments("koi.health.interval", "86400", 86_400L),
            arguments("koi.health.interval", "86400s", 86_400L),
            arguments("koi.health.timeout", "2m", 120L),
            arguments("koi.health.timeout", " 24h ", 86_400L),
            arguments("koi.proxy.port", "1", 1),
            arguments("koi.proxy.port", " 65535 ", 65_535),
            arguments("koi.proxy.port", "00080", 80),
            arguments("koi.proxy.port", "19", 19),
            arguments("koi.proxy.remote", "1", true));
    return Stream.concat(booleans, others);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void aValueWithinTheRulesIsKeptInOneForm(String key, String value, Object kept) {
    KoiMetadata metadata = labels(Map.of(key, value));
    assertThat(field(metadata, key)).isEqualTo(Optional.of(kept));
    assertThat(metadata.problems()).isEmpty();
  }

  static Stream<Arguments> rejected() {
    return Stream.of(
            Stream.of("", "maybe", "truee", "2", "ﬀ").map(v -> arguments("koi.enable", v)),
            Stream.of("", "wahr").map(v -> arguments("koi.proxy.remote", v)),
            Stream.of("", "tls").map(v -> arguments("koi.certmesh", v)),
            Stream.of(
                    "",
                    "_",
                    "_tcp",
                    "_._tcp",
                    "._tcp",
                    "http",
                    "http._tcp",
                    "_http",
                    "_http._sctp",
                    "_http._tcp.",
                    "_http._tcp.local",
                    "_1234567890abcdef._tcp",
                    "_123-4._tcp",
                    "_-http._tcp",
                    "_http-._tcp",
                    "_ht--tp._tcp",
                    "_ht_tp._tcp",
                    "_printer._sub._http._tcp",
                    "_hÄtp._tcp",
                    "_\u212aoi._tcp")
                .map(v -> arguments("koi.type", v)),
            Stream.of("", "  ", NAME_63 + "n", "é".repeat(32), "a\nb", "a\u0085b", "a\ud800b")
                .map(v -> arguments("koi.name", v)),
            Stream.of(
                    "",
                    ".",
                    "a.",
                    ".a",
                    "a..b",
                    "-a",
                    "a-",
                    "a_b",
                    "a b",
                    "é",
                    "\u212aoi", // the Kelvin sign, which lower case makes a k
                    "a".repeat(64),
                    DNS_253 + "d")
                .map(v -> arguments("koi.dns.name", v)),
            Stream.of("", "icmp", "https").map(v -> arguments("koi.health.kind", v)),
            Stream.of(
                    "",
                    "healthz",
                    "//evil.example/x",
                    "//",
                    "////x",
                    "http://evil.example/x",
                    "/a b",
                    "/a#b",
                    "/é",
                    "/%zz",
                    "/a\nb",
                    "/\ud800",
                    "/" + "p".repeat(1024))
                .map(v -> arguments("koi.health.path", v)),
            Stream.of(
                    "", "0", "-1", "+5", "s", "5 s", "500ms", "1d", "1.5", "86401", "25h", "1441m",
                    "99999h", "100000", "٣", "soon")
                .flatMap(
                    v ->
                        Stream.of(
                            arguments("koi.health.interval", v),
                            arguments("koi.health.timeout", v))),
            Stream.of("", "0", "65536", "-1", "+80", "80/tcp", "8 0", "٨٠", "000080", "http")
                .map(v -> arguments("koi.proxy.port", v)),
            Stream.of("", "a\u0000").map(v -> arguments("koi.announce", v)))
        .flatMap(arguments -> arguments);
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void aValueAgainstTheRulesIsAProblemAndTheOtherLabelsCount(String key, String value) {
    KoiMetadata metadata = labels(Map.of(key, value, "koi.txt.a", "b"));
    assertThat(metadata.problems()).hasSize(1);
    assertThat(metadata.problems().get(0).key()).isEqualTo(key);
    assertThat(metadata.problems().get(0).reason()).startsWith("must be ");
    assertThat(field(metadata, key).isPresent()).isFalse();
    assertThat(metadata.txt()).isEqualTo(Map.of("a", "b"));
  }

  @ParameterizedTest
  @CsvSource({
    "koi.enable,          maybe,  'must be true or false (or yes, no, on, off, 1, 0)'",
    "koi.dns.name,        My App, 'must be a DNS name: letters, digits and inner hyphens, at"
        + " most 63 in a label and 253 in all (RFC 1123); try my-app'",
    "koi.dns.name,        _,      'must be a DNS name: letters, digits and inner hyphens, at"
        + " most 63 in a label and 253 in all (RFC 1123)'",
    "koi.proxy.port,      0,      'must be a port number in 1..65535, as in 8080'",
    "koi.health.interval, 1d,     'must be 1s to 24h in whole seconds, as in 30, 30s or 5m'",
    "koi.health.kind,     icmp,   'must be http or tcp'",
    "koi.enabled,         true,   'is not a label that Koi knows; did you mean koi.enable?'",
    "koi.anme,            x,      'is not a label that Koi knows; did you mean koi.name?'",
    "Koi.Type,            x,      'is not a label that Koi knows; did you mean koi.type?'",
    "koi.certmash,        x,      'is not a label that Koi knows; did you mean koi.certmesh?'",
    "koi.healthpath,      x,      'is not a label that Koi knows; did you mean koi.health.path?'",
    "koi.dns,             x,      'is not a label that Koi knows, and has no effect; remove it'",
    "koi.,                x,      'is not a label that Koi knows, and has no effect; remove it'",
    "koi.txt.a=b,         x,      'must have a TXT key of printable ASCII without ''='' (RFC 6763),"
        + " as in koi.txt.version'",
  })
  void aProblemSaysWhatWouldHelp(String key, String value, String reason) {
    assertThat(labels(Map.of(key, value)).problems())
        .containsExactly(new LabelProblem(key, value, reason));
  }

  @Test
  void aReadingTellsWhichLabelSetAField() {
    KoiMetadata metadata =
        KoiMetadata.from(
            Map.of(
                "koi.name", "Shop",
                "koi.announce", "Else where",
                "koi.health.interval", "5m",
                "koi.txt.path", "/",
                "koi.type", "http", // rejected
                "traefik.http.services.x.loadbalancer.server.port", "8080"),
            List.of("KOI_MDNS_ANNOUNCE=never read"));

    assertThat(metadata.readings())
        .containsExactly(
            new LabelReading("koi.health.interval", "health_interval", "300s"),
            new LabelReading("koi.name", "name", "Shop"),
            new LabelReading("koi.txt.path", "txt.path", "/"),
            new LabelReading("koi.announce", "enable", "true"),
            new LabelReading("koi.announce", "dns_name", "else-where"),
            new LabelReading(
                "traefik.http.services.x.loadbalancer.server.port", "proxy_port", "8080"),
            new LabelReading(
                "traefik.http.services.x.loadbalancer.server.port", "source", "traefik-labels"));
  }

  @Test
  void theKnownKeyThatIsNearestIsSuggested() {
    assertThat(labels(Map.of("koi.txt.", "x")).problems().get(0).reason())
        .startsWith("must have a TXT key");
    assertThat(labels(Map.of("koi.nype", "x")).problems().get(0).reason()).endsWith("koi.type?");
    assertThat(labels(Map.of("koi.health.interval.x", "x")).problems().get(0).reason())
        .endsWith("koi.health.interval?");
    assertThat(labels(Map.of("koi.health.interval.xx", "x")).problems().get(0).reason())
        .endsWith("remove it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "~", "version", "a b", "!\"#$%&'()*+,-./:;<>?@[]^_`{|}"})
  void aTxtKeyIsPrintableAscii(String key) {
    assertThat(labels(Map.of("koi.txt." + key, "")).txt()).isEqualTo(Map.of(key, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=", "a=", "a\u007f", "a\u001f", "é"})
  void anyOtherTxtKeyIsAProblem(String key) {
    KoiMetadata metadata = labels(Map.of("koi.txt." + key, "v"));
    assertThat(metadata.txt()).isEmpty();
    assertThat(metadata.problems()).hasSize(1);
  }

  @Test
  void aTxtPairIsAtMost255Octets() {
    assertThat(labels(Map.of("koi.txt.k", "é".repeat(126) + "x")).txt()).hasSize(1);
    assertThat(labels(Map.of("koi.txt.k", "é".repeat(127))).txt()).isEmpty();
    assertThat(labels(Map.of("koi.txt.kk", "x".repeat(252))).txt()).hasSize(1);
    assertThat(labels(Map.of("koi.txt.kk", "x".repeat(253))).problems()).hasSize(1);
    assertThat(labels(Map.of("koi.txt.k", "\udc00")).problems().get(0).reason())
        .isEqualTo(
            "must be UTF-8 and, with its TXT key, at most 255 octets (RFC 6763); shorten it");
  }

  @Test
  void txtPairsTogetherAreAtMost1300Octets() {
    Map<String, String> labels = new HashMap<>();
    for (char key = 'a'; key <= 'e'; key++) {
      labels.put("koi.txt." + key, "x".repeat(253)); // 256 with its length and '='
    }
    labels.put("koi.txt.f", "x".repeat(17)); // 20
    assertThat(labels(labels).txt()).hasSize(6);
    labels.put("koi.txt.f", "x".repeat(18));
    labels.put("koi.txt.g", "short");
    KoiMetadata metadata = labels(labels);
    assertThat(metadata.txt()).containsOnlyKeys("a", "b", "c", "d", "e", "g");
    assertThat(metadata.problems()).singleElement().extracting("key").isEqualTo("koi.txt.f");
  }

  @Test
  void caseDoesNotTellTxtKeysApart() {
    KoiMetadata metadata = labels(Map.of("koi.txt.Key", "1", "koi.txt.key", "2"));
    assertThat(metadata.txt()).isEqualTo(Map.of("Key", "1"));
    assertThat(metadata.problems())
        .containsExactly(
            new LabelProblem(
                "koi.txt.key",
                "2",
                "is a duplicate, because TXT keys ignore case (RFC 6763); remove one"));
  }

  @Test
  void noValueOfTheEnvironmentIsInAProblem() {
    KoiMetadata metadata = KoiMetadata.from(Map.of(), List.of("KOI_MDNS_ANNOUNCE=hunter2\n"));
    assertThat(metadata.name()).contains("hunter2"); // surrounding blanks do not count
    metadata = KoiMetadata.from(Map.of(), List.of("KOI_MDNS_ANNOUNCE=hunt\ner2"));
    assertThat(metadata.problems()).hasSize(1);
    assertThat(metadata.problems().get(0).key()).isEqualTo("KOI_MDNS_ANNOUNCE");
    assertThat(metadata.problems().get(0).value()).isEqualTo("***");
    assertThat(metadata.problems().get(0).reason()).doesNotContain("hunt");
    metadata = KoiMetadata.from(Map.of(), List.of("KOI_MDNS_ANNOUNCE=日本"));
    assertThat(metadata.problems()).singleElement().extracting("value").isEqualTo("***");
  }

  @Test
  void otherVariablesAreNotLookedAt() {
    KoiMetadata metadata =
        KoiMetadata.from(
            Map.of(), List.of("XKOI_MDNS_ANNOUNCE=a", "KOI_MDNS_ANNOUNCE_NAME=b", "KOI_MDNS="));
    assertThat(metadata).isEqualTo(labels(Map.of()));
  }

  @Test
  void ofSeveralVariablesTheFirstByTheAlphabetCounts() {
    assertThat(
            List.of(
                KoiMetadata.from(Map.of(), List.of("KOI_MDNS_ANNOUNCE=a", "KOI_MDNS_ANNOUNCE=b")),
                KoiMetadata.from(Map.of(), List.of("KOI_MDNS_ANNOUNCE=b", "KOI_MDNS_ANNOUNCE=a"))))
        .allSatisfy(metadata -> assertThat(metadata.name()).contains("a"));
  }

  @Test
  void aShorthandThatIsNotUnderstoodLeavesTheWordToTheVariable() {
    KoiMetadata metadata =
        KoiMetadata.from(Map.of("koi.announce", " "), List.of("KOI_MDNS_ANNOUNCE=shop"));
    assertThat(metadata.name()).contains("shop");
    assertThat(metadata.problems())
        .containsExactly(
            new LabelProblem(
                "koi.announce",
                " ",
                "must be 1 to 63 octets of UTF-8 without control characters (RFC 6763); shorten it"));
  }

  @Test
  void aShorthandThatIsUnderstoodSilencesTheVariable() {
    KoiMetadata metadata =
        KoiMetadata.from(Map.of("koi.announce", "日本"), List.of("KOI_MDNS_ANNOUNCE=shop"));
    assertThat(metadata.dnsName()).isEmpty();
  }

  @Test
  void ofManyProblemsTheLastCountsTheRest() {
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      labels.put("koi.no." + i, "x");
    }
    assertThat(labels(labels).problems()).hasSize(50).extracting("key").contains("koi.no.49");
    labels.put("koi.no.50", "x");
    labels.put("koi.no.51", "x");
    List<LabelProblem> problems = labels(labels).problems();
    assertThat(problems).hasSize(51);
    assertThat(problems.get(50))
        .isEqualTo(
            new LabelProblem("koi.*", "2", "more labels were rejected; correct these first"));
  }

  @Test
  void metadataWithAnyDifferenceIsNotEqual() {
    List<KoiMetadata> different =
        List.of(
            labels(Map.of()),
            labels(Map.of("koi.enable", "true")),
            labels(Map.of("koi.txt.a", "b")),
            labels(Map.of("koi.enable", "x")));
    assertThat(different).doesNotHaveDuplicates();
    assertThat(different.get(0)).isNotEqualTo("x");
    assertThat(labels(Map.of("koi.name", "a", "koi.txt.a", "b")))
        .isEqualTo(labels(Map.of("koi.name", "a ", "koi.txt.a", "b")))
        .hasSameHashCodeAs(labels(Map.of("koi.name", "a ", "koi.txt.a", "b")));
    assertThat(different.get(0)).doesNotHaveSameHashCodeAs(different.get(1));
  }

  @Test
  void itsTextHasNoTxtValue() {
    assertThat(labels(Map.of("koi.name", "shop", "koi.txt.token", "hunter2")))
        .hasToString("KoiMetadata{name=shop, txt=[token]} problems=[]");
  }

  private static Optional<Object> field(KoiMetadata metadata, String key) {
    MetadataField field = key.equals("koi.announce") ? MetadataField.NAME : MetadataField.of(key);
    return Optional.ofNullable(metadata.toMap().get(field.toString()));
  }

  private static KoiMetadata labels(Map<String, String> labels) {
    return KoiMetadata.from(labels, List.of());
  }
}
