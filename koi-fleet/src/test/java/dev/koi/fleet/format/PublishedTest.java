package dev.koi.fleet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.koi.Instance;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublishedTest {

  @Test
  void anInstanceIsReadAsItWasPublished() {
    Instance instance =
        Instance.builder("docker", "4fa6", "büro \u007f\n\"")
            .labels(Map.of("a", "1", "koi.name", "Shop"))
            .startedAt(Instant.EPOCH)
            .build();
    String json = new PublishedInstance("web-1", "7", instance.toMap()).toJson();
    assertThat(json)
        .startsWith("{\"v\":1,\"host\":\"web-1\",\"epoch\":\"7\",\"instance\":{\"id\":\"4fa6\"")
        .matches("[ -\u007f]+"); // ASCII in one line
    PublishedInstance read = PublishedInstance.parse(json);
    assertThat(read.host()).isEqualTo("web-1");
    assertThat(read.epoch()).isEqualTo("7");
    assertThat(Instance.fromMap("docker", "4fa6", read.instance())).isEqualTo(instance);
  }

  @Test
  void aHostIsReadAsItWasPublished() {
    PublishedHost host =
        new PublishedHost(
            "7",
            "machine",
            42,
            Instant.parse("2026-01-02T03:04:05Z"),
            Optional.of(Instant.parse("2026-01-02T03:04:06Z")),
            List.of(new PublishedHost.Backend("docker", "connected", 3)));
    assertThat(PublishedHost.parse(host.toJson())).isEqualTo(host);
  }

  @Test
  void whatIsNoValueIsRefusedAndNotQuoted() {
    for (String json :
        List.of(
            "",
            "secret",
            "[]",
            "{} {}",
            "{\"v\":1,\"v\":1}",
            "{\"v\":1e999999999}",
            "{\"a\":" + "[".repeat(50),
            "{\"v\":\"" + "secret")) {
      assertThatIllegalArgumentException()
          .as(json)
          .isThrownBy(() -> PublishedInstance.parse(json))
          .withMessageNotContaining("secret");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublishedInstance.parse("{\"v\":2,\"host\":\"a\"}"))
        .withMessage("v must be 1: another version of Koi has written it");
  }

  @Test
  void aHostOfAnybodyIsCutToItsLimits() {
    String longText = "x".repeat(1000);
    String backend = "{\"name\":\"" + longText + "\",\"instances\":-5},";
    PublishedHost host =
        PublishedHost.parse(
            "{\"v\":1,\"epoch\":\"%s\",\"pid\":\"no\",\"backends\":[%s 7]}"
                .formatted(longText, backend.repeat(200)));
    assertThat(host.epoch()).hasSize(100);
    assertThat(host.pid()).isZero();
    assertThat(host.backends())
        .hasSize(100)
        .allSatisfy(it -> assertThat(it.name()).hasSize(100))
        .allSatisfy(it -> assertThat(it.instances()).isZero());
  }
}
