package dev.koi.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.EtcdSettings;
import dev.koi.fleet.etcd.FakeEtcd;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.spi.ChangeHint;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FleetWatchTest {

  private static final FleetKeys KEYS = new FleetKeys("/koi/");
  private static final String A = "web-1/docker/a";

  private final Queue<Long> revisions = new ArrayDeque<>(List.of(100L)); // of reads
  private final Queue<String> streams = new ArrayDeque<>(); // each ends after its text
  private FakeEtcd etcd;
  private EtcdClient client;

  @BeforeEach
  void start() throws IOException {
    etcd =
        new FakeEtcd()
            .on("/v3/kv/range", any -> "{\"header\":" + header(revisions.remove()) + "}")
            .on("/v3/watch", any -> streams.remove());
    client = new EtcdClient(EtcdSettings.of(List.of(etcd.address())));
  }

  @AfterEach
  void end() {
    client.close();
    etcd.close();
  }

  private static String header(long revision) {
    return "{\"revision\":\"" + revision + "\"}";
  }

  private static String created(long revision) {
    return "{\"result\":{\"header\":" + header(revision) + ",\"created\":true}}\n";
  }

  private static String put(String id, long revision) {
    return "{\"result\":{\"events\":[{\"kv\":{\"key\":\"%s\",\"mod_revision\":\"%d\"}}]}}\n"
        .formatted(FakeEtcd.base64(KEYS.instance(id)), revision);
  }

  private FleetWatch watch() throws Exception {
    return FleetWatch.open(client, KEYS, new FleetHosts(Clock.systemUTC(), null));
  }

  @Test
  void aServerThatIsBehindTheOthersIsNotTakenForLostData() throws Exception {
    streams.add(created(100));
    streams.add(created(98) + put(A, 101));
    revisions.add(100L);
    assertThat(watch().take()).isEqualTo(ChangeHint.instance(A));
    assertThat(revisions).isEmpty();
  }

  @Test
  void aStoreThatHasLostItsDataEndsTheWatchWhichWouldBeSilent() throws Exception {
    streams.add(created(100));
    streams.add(created(5));
    revisions.add(6L);
    FleetWatch watch = watch();
    assertThatThrownBy(watch::take)
        .isInstanceOf(IOException.class)
        .hasMessage("%s has gone back behind revision 100: it has lost its data", client.place());
  }
}
