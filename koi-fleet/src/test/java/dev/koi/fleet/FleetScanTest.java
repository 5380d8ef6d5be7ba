package dev.koi.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.Instance;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.EtcdSettings;
import dev.koi.fleet.etcd.FakeEtcd;
import dev.koi.fleet.etcd.KeyValue;
import dev.koi.fleet.format.FleetKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FleetScanTest {

  private static final FleetKeys KEYS = new FleetKeys("/koi/");
  private static final String A = "web-1/docker/a";
  private static final String B = "web-1/docker/b";
  private static final String C = "web-2/docker/c";

  private record Stored(String value, long modified) {}

  private final TreeMap<String, Stored> store = new TreeMap<>();
  private long revision = 1;
  private int page = Integer.MAX_VALUE; // how many changes one answer has at most
  private final List<String> read = new ArrayList<>(); // ids
  private final List<String> calls = new ArrayList<>();
  private FakeEtcd etcd;
  private EtcdClient client;

  @BeforeEach
  void start() throws IOException {
    etcd = new FakeEtcd().on("/v3/kv/range", this::range);
    client = new EtcdClient(EtcdSettings.of(List.of(etcd.address())));
  }

  @AfterEach
  void end() {
    client.close();
    etcd.close();
  }

  private void put(String id, String name) {
    store.put(KEYS.instance(id), new Stored(name, ++revision));
  }

  private void delete(String id) {
    store.remove(KEYS.instance(id));
    revision++;
  }

  /** Answers as etcd does, but of the present revision whatever is asked for. */
  private String range(String body) {
    SortedMap<String, Stored> range = store.subMap(text(body, "key"), text(body, "range_end"));
    long since = number(body, "min_mod_revision");
    boolean keysOnly = body.contains("\"keys_only\":true");
    calls.add(since > 0 ? "changes" : keysOnly ? "keys" : "all");
    List<String> found = new ArrayList<>();
    range.forEach(
        (key, stored) -> {
          if (stored.modified() >= since) {
            found.add(
                "{\"key\":\"%s\",\"mod_revision\":\"%d\"%s}"
                    .formatted(
                        FakeEtcd.base64(key),
                        stored.modified(),
                        keysOnly ? "" : ",\"value\":\"" + FakeEtcd.base64(stored.value()) + '"'));
          }
        });
    boolean more = since > 0 && found.size() > page;
    return "{\"header\":{\"revision\":\"%d\"},\"kvs\":[%s],\"more\":%s,\"count\":\"%d\"}"
        .formatted(
            revision, String.join(",", more ? found.subList(0, page) : found), more, range.size());
  }

  private static String text(String body, String name) {
    Matcher matcher = Pattern.compile('"' + name + "\":\"([^\"]+)\"").matcher(body);
    assertThat(matcher.find()).isTrue();
    return new String(Base64.getDecoder().decode(matcher.group(1)), UTF_8);
  }

  private static long number(String body, String name) {
    Matcher matcher = Pattern.compile('"' + name + "\":(\\d+)").matcher(body);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private Instance read(String id, KeyValue value) {
    read.add(id);
    String name = value.value().orElseThrow();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("it has no name");
    }
    return Instance.builder("fleet", id, name).host(id.substring(0, id.indexOf('/'))).build();
  }

  private FleetScan first() throws Exception {
    return first(100);
  }

  /** Makes one that asks for the changes of so many keys at once. */
  private FleetScan first(int part) throws Exception {
    FleetScan first = new FleetScan(KEYS, this::read, part).next(client);
    calls.clear();
    read.clear();
    return first;
  }

  private static List<String> names(FleetScan scan) {
    return scan.instances().stream().map(Instance::name).toList();
  }

  @Test
  void onlyWhatWasWrittenSinceTheLastScanIsReadAgain() throws Exception {
    put(A, "a");
    put(B, "b");
    FleetScan first = first();
    put(B, "renamed");
    put(C, "c");
    FleetScan second = first.next(client);
    assertThat(names(second)).containsExactly("a", "renamed", "c");
    assertThat(second.instances().get(0)).isSameAs(first.instances().get(0));
    assertThat(second.samples()).containsEntry("web-1", A).containsEntry("web-2", C);
    assertThat(calls).containsExactly("changes");
    assertThat(read).containsExactly(B, C);
    assertThat(names(first)).as("the last one stays").containsExactly("a", "b");
  }

  @Test
  void whatWasDeletedSinceTheLastScanIsNotShown() throws Exception {
    put(A, "a");
    put(B, "b");
    FleetScan first = first();
    delete(A);
    put(C, "c"); // so there are as many as before
    FleetScan second = first.next(client);
    assertThat(names(second)).containsExactly("b", "c");
    assertThat(calls).containsExactly("changes", "keys");
    assertThat(read).containsExactly(C);
    assertThat(names(second.next(client))).containsExactly("b", "c");
  }

  @Test
  void theChangesOfManyKeysAreReadInPartsAtOneRevision() throws Exception {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      put("web-1/docker/" + name, name);
    }
    FleetScan first = first(2);
    put("web-1/docker/0", "new");
    put("web-1/docker/b", "renamed");
    put("web-1/docker/f", "f");
    etcd.requests.clear();
    FleetScan second = first.next(client);
    assertThat(names(second)).containsExactly("new", "a", "renamed", "c", "d", "e", "f");
    assertThat(calls).containsExactly("changes", "changes", "changes");
    assertThat(etcd.requests)
        .extracting(body -> number(body, "revision"))
        .containsExactly(0L, 9L, 9L);
    delete("web-1/docker/d");
    assertThat(names(second.next(client))).containsExactly("new", "a", "renamed", "c", "e", "f");
  }

  @Test
  void moreChangesThanOneAnswerHasAreAScanOfAllKeys() throws Exception {
    put(A, "a");
    put(B, "b");
    FleetScan first = first();
    page = 1;
    put(B, "renamed");
    put(C, "c");
    assertThat(names(first.next(client))).containsExactly("a", "renamed", "c");
    assertThat(calls).containsExactly("changes", "all");
    assertThat(read).as("what has not changed is not read").containsExactly(B, C);
  }

  @Test
  void aValueThatIsRefusedStaysRefusedUntilItIsWrittenAgain() throws Exception {
    put(A, "");
    FleetScan first = first();
    put(C, "c");
    FleetScan second = first.next(client);
    assertThat(second.refused()).containsEntry(A, "it has no name");
    put(A, "a");
    assertThat(second.next(client).refused()).isEmpty();
  }

  @Test
  void keysThatAreNoInstancesAreCountedAndTheirHostsAreFound() throws Exception {
    store.put("/koi/something", new Stored("x", ++revision));
    store.put(KEYS.host("web-1"), new Stored("{}", ++revision));
    FleetScan first = first();
    store.put(KEYS.host("web-2"), new Stored("{}", ++revision));
    FleetScan second = first.next(client);
    assertThat(second.hosts()).containsOnlyKeys("web-1", "web-2");
    assertThat(second.instances()).isEmpty();
    assertThat(calls).containsExactly("changes");
  }

  @Test
  void aStoreThatHasLostItsDataIsNotTakenForTheSame() throws Exception {
    put(A, "a");
    put(B, "b");
    FleetScan first = first();
    store.clear();
    revision = 2;
    assertThatThrownBy(() -> first.next(client))
        .isInstanceOf(IOException.class)
        .hasMessage("%s has gone back from revision 3 to 2: it has lost its data", client.place());
  }
}
