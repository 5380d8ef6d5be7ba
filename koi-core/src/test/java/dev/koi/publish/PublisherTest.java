package dev.koi.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.core.settings.FleetSettings;
import dev.koi.fleet.etcd.FakeEtcd;
import dev.koi.testkit.memory.InMemoryWorld;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A publisher without an etcd. */
class PublisherTest {

  @Test
  void eachReasonOfOneFailureIsReportedOnce() throws Exception {
    FakeEtcd etcd = new FakeEtcd();
    etcd.onOthers(
        body -> {
          String reason = etcd.requests.size() <= 2 ? "no leader" : "permission denied";
          throw new FakeEtcd.Refused(503, "{\"message\":\"%s\"}".formatted(reason));
        });
    FleetSettings settings = TestHost.settings(List.of(etcd.address()), "web-1", Map.of());
    List<String> reasons = new CopyOnWriteArrayList<>();

    try (etcd;
        InMemoryWorld world = InMemoryWorld.open("publisher-without-etcd");
        TestHost host = TestHost.of(world, settings)) {
      host.publish(status -> reasons.add(status.reason()));
      await().until(() -> etcd.requests.size() >= 4 && reasons.size() >= 2);

      assertThat(reasons).hasSize(2);
      assertThat(reasons.get(0)).endsWith("no leader");
      assertThat(reasons.get(1)).endsWith("permission denied");
    }
  }
}
