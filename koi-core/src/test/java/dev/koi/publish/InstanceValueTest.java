package dev.koi.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.format.PublishedInstance;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstanceValueTest {

  private static Instance.Builder web() {
    return Instance.builder("docker", "4f", "web")
        .image("nginx")
        .ports(List.of(new PortMapping(8080, 80, PortProtocol.TCP, "0.0.0.0")))
        .networks(List.of(Network.of("bridge", List.of("172.17.0.2"))))
        .labels(Map.of("koi.name", "Büro \u0000 \"x\"", "n", "1"));
  }

  private static String fingerprint(Instance instance) {
    return InstanceValue.of("web-1", "1", instance).fingerprint();
  }

  @Test
  void theFingerprintOfAWrittenValueIsThatOfTheInstance() {
    InstanceValue value = InstanceValue.of("web-1", "1", web().build());

    assertThat(InstanceValue.fingerprint(value.json())).contains(value.fingerprint());
  }

  @Test
  void onlyTheTimeOfDiscoveryAndTheEpochMakeNoDifference() {
    Instance instance = web().discoveredAt(Instant.EPOCH).build();
    String fingerprint = fingerprint(instance);

    assertThat(fingerprint(web().discoveredAt(Instant.now()).build())).isEqualTo(fingerprint);
    assertThat(InstanceValue.of("web-1", "2", instance).fingerprint()).isEqualTo(fingerprint);
    assertThat(InstanceValue.of("web-2", "1", instance).fingerprint()).isNotEqualTo(fingerprint);
    assertThat(fingerprint(web().state(InstanceState.PAUSED).build())).isNotEqualTo(fingerprint);
    assertThat(fingerprint(web().startedAt(Instant.EPOCH).build())).isNotEqualTo(fingerprint);
  }

  @Test
  void whatNoPublisherHasWrittenHasNoFingerprint() {
    assertThat(InstanceValue.fingerprint("{}")).isEmpty();
    assertThat(InstanceValue.fingerprint("[")).isEmpty();
    assertThat(InstanceValue.fingerprint("")).isEmpty();
  }

  @Test
  void aValueThatIsTooLongIsWrittenWithoutWhatIsLong() {
    Map<String, String> labels = new HashMap<>();
    IntStream.range(0, 16).forEach(i -> labels.put("k" + i, "ü".repeat(2000)));
    Instance instance = web().labels(labels).build();

    InstanceValue value = InstanceValue.of("web-1", "1", instance);

    assertThat(value.json()).hasSizeLessThanOrEqualTo(EtcdClient.MAX_VALUE);
    Map<String, Object> fields = PublishedInstance.parse(value.json()).instance();
    assertThat(fields).containsEntry("truncated", true).doesNotContainKey("labels");
    assertThat(fields).containsEntry("container_name", "web").containsKey("ports");
    assertThat(InstanceValue.fingerprint(value.json())).contains(value.fingerprint());
  }
}
