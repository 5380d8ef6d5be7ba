package dev.koi.fleet.etcd;

import static dev.koi.fleet.etcd.FakeEtcd.base64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.fleet.TcpProxy;
import dev.koi.fleet.etcd.FakeEtcd.Refused;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EtcdClientTest {

  private static final KeyRange KEYS = KeyRange.prefix("/koi/");
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path directory;
  private FakeEtcd etcd;

  @BeforeEach
  void start() throws IOException {
    etcd = new FakeEtcd();
  }

  @AfterEach
  void end() {
    etcd.close();
  }

  private EtcdSettings settings(String... more) {
    List<String> endpoints = new ArrayList<>(List.of(more));
    endpoints.add(etcd.address());
    return EtcdSettings.of(endpoints).withDeadline(LONG);
  }

  private EtcdSettings login(Path password) {
    return EtcdSettings.of(
        "", List.of(etcd.address()), "koi", Optional.of(password), Optional.empty(), true);
  }

  private static String keys(String... keysAndValues) {
    List<String> objects = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      String key = base64(keysAndValues[i]);
      String value = base64(keysAndValues[i + 1]);
      objects.add("{\"key\":\"%s\",\"mod_revision\":\"7\",\"value\":\"%s\"}".formatted(key, value));
    }
    return "{\"header\":{\"revision\":\"9\"},\"kvs\":[" + String.join(",", objects) + "]}";
  }

  @Test
  void aValueThatIsTooLongIsLeftOutAndTheOthersAreNot() throws Exception {
    String tooLong = "x".repeat(EtcdClient.MAX_VALUE + 1);
    String longest = "y".repeat(EtcdClient.MAX_VALUE);
    etcd.on("/v3/kv/range", any -> keys("/koi/a", tooLong, "/koi/b", longest, "/koi/c", "é"));
    try (EtcdClient client = new EtcdClient(settings())) {
      List<KeyValue> found = new ArrayList<>();
      assertThat(client.scan(KEYS, found::add)).isEqualTo(9);
      assertThat(found).extracting(KeyValue::key).containsExactly("/koi/a", "/koi/b", "/koi/c");
      assertThat(found)
          .extracting(KeyValue::value)
          .containsExactly(Optional.empty(), Optional.of(longest), Optional.of("é"));
    }
  }

  @Test
  void behindAKeyThatWasCutTheNextPageBeginsBehindAllOfItsBeginning() {
    KeyRange all = new KeyRange("a", "z");
    assertThat(all.after("abc").first()).isEqualTo("abc\0");
    String cut = "b".repeat(EtcdClient.MAX_KEY - 1) + "\u00ff";
    assertThat(all.after(cut).first()).isEqualTo("b".repeat(EtcdClient.MAX_KEY - 2) + "c");
    assertThat(KeyRange.prefix("/koi/")).isEqualTo(new KeyRange("/koi/", "/koi0"));
  }

  @Test
  void aReadingCallGoesOnToTheNextServer() throws Exception {
    etcd.on("/v3/kv/range", any -> keys("/koi/a", "1"));
    try (FakeEtcd leaderless = new FakeEtcd();
        FakeEtcd silent = new FakeEtcd();
        EtcdClient client =
            new EtcdClient(
                settings("http://127.0.0.1:1", leaderless.address(), silent.address())
                    .withDeadline(Duration.ofSeconds(4)))) {
      leaderless.on(
          "/v3/kv/range",
          any -> {
            throw new Refused(503, "{\"message\":\"etcdserver: no leader\",\"code\":14}");
          });
      silent.on("/v3/kv/range", any -> silent.never());
      assertThat(client.get("/koi/a")).isPresent();
      assertThat(client.get("/koi/a")).isPresent();
      assertThat(leaderless.requests).hasSize(1); // it stays with the one that answers
    }
  }

  @Test
  void aKeptConnectionThatBreaksIsReplaced() throws Exception {
    boolean[] breaks = {false};
    try (TcpProxy proxy = TcpProxy.before(etcd.address());
        EtcdClient client =
            new EtcdClient(EtcdSettings.of(List.of(proxy.address())).withDeadline(LONG))) {
      etcd.on(
          "/v3/kv/range",
          any -> {
            if (breaks[0]) {
              breaks[0] = false;
              proxy.cutOnce(); // as late as a server can
            }
            return keys("/koi/a", "1");
          });
      assertThat(client.get("/koi/a")).isPresent();
      breaks[0] = true;
      assertThat(client.get("/koi/a")).isPresent();
      assertThat(etcd.requests).hasSize(3);
    }
  }

  @Test
  void aTransactionThatMayHaveBeenCommittedIsNotRepeated() throws Exception {
    try (FakeEtcd silent = new FakeEtcd();
        EtcdClient client =
            new EtcdClient(
                EtcdSettings.of(List.of(silent.address(), etcd.address()))
                    .withDeadline(Duration.ofMillis(600)))) {
      silent.on("/v3/kv/txn", any -> silent.never());
      assertThatThrownBy(() -> client.commit(Transaction.begin().put("/koi/a", "1")))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining(silent.address());
      assertThat(etcd.requests).isEmpty();
    }
  }

  @Test
  void aTransactionGoesToTheNextServerIfNothingListensAtTheFirst() throws Exception {
    etcd.on("/v3/kv/txn", any -> "{\"header\":{\"revision\":\"3\"},\"succeeded\":true}");
    try (EtcdClient client = new EtcdClient(settings("http://127.0.0.1:1"))) {
      assertThat(client.commit(Transaction.begin().put("/koi/a", "1")).succeeded()).isTrue();
    }
  }

  @Test
  void whereNothingListensEachPlaceIsNamed() throws Exception {
    List<String> nowhere = List.of("http://127.0.0.1:1", "http://127.0.0.1:2");
    try (EtcdClient client = new EtcdClient(EtcdSettings.of(nowhere))) {
      assertThatThrownBy(client::version)
          .isInstanceOf(ConnectException.class)
          .hasMessageContainingAll("http://127.0.0.1:1", "http://127.0.0.1:2");
    }
  }

  @Test
  void anotherServiceIsNamedAndNotQuoted() throws Exception {
    etcd.on("/v3/kv/range", any -> "<html>secret</html>");
    try (EtcdClient client = new EtcdClient(settings())) {
      assertThatThrownBy(() -> client.get("/koi/a"))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "etcd at %s does not answer as etcd does: no JSON of that kind", etcd.address());
      etcd.on(
          "/v3/kv/range",
          any -> {
            throw new Refused(404, "not found");
          });
      assertThatThrownBy(() -> client.get("/koi/a")).hasMessageContaining("status 404");
    }
  }

  @Test
  void anInterruptEndsACall() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    etcd.on(
        "/v3/kv/range",
        any -> {
          asked.countDown();
          return etcd.never();
        });
    try (EtcdClient client = new EtcdClient(settings())) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  client.get("/koi/a");
                } catch (Throwable e) {
                  thrown.set(e);
                }
              });
      caller.start();
      asked.await();
      caller.interrupt();
      caller.join();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void closeEndsAWatchAndLaterCallsFail() throws Exception {
    etcd.on("/v3/watch", any -> "{\"result\":{\"created\":true}}\n");
    EtcdClient client = new EtcdClient(settings());
    EtcdWatch watch = client.watch(KEYS, 5);
    client.close();
    assertThatThrownBy(() -> watch.next(LONG)).isInstanceOf(IOException.class);
    assertThatThrownBy(client::version).hasMessageContaining("is closed");
  }

  @Test
  void aWatchGivesEventsAndGoesOnBehindThem() throws Exception {
    String event = "{\"type\":\"%s\",\"kv\":{\"key\":\"%s\",\"mod_revision\":\"%d\"%s}}";
    String put = event.formatted("PUT", base64("/koi/a"), 6, ",\"value\":\"AAAA\"");
    String delete = event.formatted("DELETE", base64("/koi/a"), 7, "");
    etcd.on(
        "/v3/watch",
        any ->
            "{\"result\":{\"created\":true}}\n{\"result\":{\"events\":["
                + put
                + ","
                + delete
                + "]}}");
    try (EtcdClient client = new EtcdClient(settings())) {
      EtcdWatch watch = client.watch(KEYS, 5);
      assertThat(watch.nextRevision()).isEqualTo(5);
      assertThat(watch.next(LONG))
          .containsExactly(
              new KeyValue("/koi/a", Optional.empty(), 6, 0),
              new KeyValue("/koi/a", Optional.empty(), 7, 0));
      assertThat(watch.nextRevision()).isEqualTo(8);
      assertThatThrownBy(() -> watch.next(LONG)).hasMessageContaining("has ended the watch");
    }
  }

  @Test
  void aWatchFromACompactedRevisionSaysSo() throws Exception {
    etcd.on(
        "/v3/watch",
        any -> "{\"result\":{\"created\":true,\"canceled\":true,\"compact_revision\":\"8\"}}");
    try (EtcdClient client = new EtcdClient(settings())) {
      assertThatThrownBy(() -> client.watch(KEYS, 5))
          .isInstanceOfSatisfying(EtcdException.class, e -> assertThat(e.isCompacted()).isTrue());
    }
  }

  @Test
  void aTokenThatIsForgottenIsReplacedByANewOne() throws Exception {
    Path password = Files.writeString(directory.resolve("password"), "hunter2\nanother line\n");
    int[] logins = {0};
    etcd.on("/v3/auth/authenticate", any -> "{\"token\":\"t" + ++logins[0] + "\"}");
    etcd.on(
        "/v3/kv/range",
        any -> {
          if (logins[0] == 1 && etcd.requests.size() > 2) {
            throw new Refused(401, "{\"message\":\"invalid auth token\",\"code\":16}");
          }
          return keys();
        });
    try (EtcdClient client = new EtcdClient(login(password))) {
      client.get("/koi/a");
      client.get("/koi/a");
    }
    assertThat(etcd.requests.get(0)).contains("\"name\":\"koi\",\"password\":\"hunter2\"");
    assertThat(etcd.requests).hasSize(5);
    assertThat(etcd.requests.get(1)).startsWith("/v3/kv/range t1 ");
    assertThat(etcd.requests.get(2)).startsWith("/v3/kv/range t1 ");
    assertThat(etcd.requests.get(4)).startsWith("/v3/kv/range t2 ");
  }

  @Test
  void aWrongPasswordIsNotShown() throws Exception {
    Path password = Files.writeString(directory.resolve("password"), "hunter2");
    etcd.on(
        "/v3/auth/authenticate",
        any -> {
          throw new Refused(400, "{\"message\":\"authentication failed\",\"code\":3}");
        });
    EtcdSettings settings = login(password);
    assertThat(settings.toString()).doesNotContain("hunter2");
    try (EtcdClient client = new EtcdClient(settings)) {
      assertThatThrownBy(client::version)
          .hasMessage("etcd at %s: authentication failed", etcd.address());
    }
    Files.delete(password);
    try (EtcdClient client = new EtcdClient(settings)) {
      assertThatThrownBy(client::version).hasMessageContaining("cannot read the password in ");
    }
  }

  @Test
  void plainHttpToAnotherHostIsUnprotected() {
    assertThat(EtcdSettings.of(List.of("http://127.0.0.1:1", "http://[::1]:1")).unprotected())
        .isEmpty();
    assertThat(EtcdSettings.of(List.of("https://etcd:1", "http://localhost")).unprotected())
        .isEmpty();
    assertThat(EtcdSettings.of(List.of("http://127.0.0.1:1", "http://etcd")).unprotected())
        .hasToString("Optional[http://etcd:2379]");
    for (String wrong :
        List.of("etcd:2379", "ftp://etcd", "http://", "http://e/v3", "http://u@e")) {
      assertThatIllegalArgumentException()
          .as(wrong)
          .isThrownBy(() -> EtcdSettings.of(List.of(wrong)));
    }
  }
}
