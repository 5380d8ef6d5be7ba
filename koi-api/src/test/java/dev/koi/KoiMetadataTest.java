package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KoiMetadataTest {

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
  void theShorthandSetsEnableNameAndDnsName() {
    KoiMetadata metadata = labels(Map.of("koi.announce", "grafana"));
    assertThat(metadata.enable()).contains(true);
    assertThat(metadata.name()).contains("grafana");
    assertThat(metadata.dnsName()).contains("grafana");
    assertThat(metadata.problems()).isEmpty();
  }

  private static KoiMetadata labels(Map<String, String> labels) {
    return KoiMetadata.from(labels, List.of());
  }
}
