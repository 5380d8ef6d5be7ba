package dev.koi.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.koi.Instance;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.EtcdException;
import dev.koi.fleet.etcd.EtcdSettings;
import dev.koi.fleet.etcd.Transaction;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.fleet.format.PublishedInstance;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A reader of servers that want certificates or a login. */
@EnabledIfSystemProperty(
    named = "koi.tests",
    matches = "all",
    disabledReason = "it is long; mvn verify -Dkoi.tests=all runs it")
@Timeout(120)
class FleetSecurityIT {

  private static final FleetKeys KEYS = new FleetKeys("/koi/");

  @TempDir Path directory;
  private EtcdServers servers; // null before they are started

  @AfterEach
  void end() {
    if (servers != null) {
      servers.close();
    }
  }

  private static Transaction shop() {
    Map<String, Object> fields = Instance.builder("docker", "a", "shop").build().toMap();
    return Transaction.begin()
        .put(KEYS.instance("web-1/docker/a"), new PublishedInstance("web-1", "1", fields).toJson());
  }

  private RuntimeConnection connect(Map<String, ?> more) throws Exception {
    Map<String, Object> values = new TreeMap<>(servers.settings());
    values.putAll(more);
    return new FleetBackend().connect(BackendConfig.of("fleet", values));
  }

  /** {@code passwordFile} and {@code certificates} are null for none. */
  private EtcdSettings settings(String user, Path passwordFile, Path certificates) {
    return EtcdSettings.of(
        "",
        servers.endpoints(),
        user,
        Optional.ofNullable(passwordFile),
        Optional.ofNullable(certificates),
        true);
  }

  private void openssl(String arguments) throws Exception {
    Process process =
        new ProcessBuilder(("openssl " + arguments).split(" "))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("openssl.log").toFile())
            .start();
    assertThat(process.waitFor()).as(arguments).isZero();
  }

  /** Makes an authority with ca.pem, and certificates that it has signed. */
  private Path authority(String name, String... signed) throws Exception {
    Path authority = Files.createDirectory(directory.resolve(name));
    String key = " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(
        "req -x509 -subj /CN="
            + name
            + key
            + " -keyout "
            + name
            + "/ca.key -out "
            + name
            + "/ca.pem");
    for (String one : signed) {
      Files.createDirectory(authority.resolve(one));
      Files.copy(authority.resolve("ca.pem"), authority.resolve(one).resolve("ca.pem"));
      String to = name + "/" + one;
      Files.writeString(directory.resolve(to + "/san"), "subjectAltName=IP:127.0.0.1\n");
      openssl("req -subj /CN=" + one + key + " -keyout " + to + "/key.pem -out " + to + "/csr");
      openssl(
          "x509 -req -in %1$s/csr -CA %2$s/ca.pem -CAkey %2$s/ca.key -CAcreateserial -extfile %1$s/san -out %1$s/cert.pem"
              .formatted(to, name));
    }
    return authority;
  }

  @Test
  void bothSidesProveWhoTheyAre() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is missing");
    Path own = authority("own", "server", "client", "nameless");
    Path foreign = authority("foreign", "client");
    Files.delete(own.resolve("nameless/cert.pem"));
    Files.delete(own.resolve("nameless/key.pem"));
    servers =
        EtcdServers.start(
            directory,
            1,
            "https",
            "--cert-file=" + own.resolve("server/cert.pem"),
            "--key-file=" + own.resolve("server/key.pem"),
            "--trusted-ca-file=" + own.resolve("ca.pem"),
            "--client-cert-auth");
    EtcdSettings settings = settings("", null, own.resolve("client"));
    try (EtcdClient client = new EtcdClient(settings)) {
      commitWhenItListens(client, shop());
    }
    try (RuntimeConnection connection = connect(Map.of("cert-path", own.resolve("client")))) {
      assertThat(connection.watch()).isNotNull();
      assertThat(connection.listInstances()).extracting(Instance::name).containsExactly("shop");
    }
    String place = servers.endpoints().get(0);
    assertThatThrownBy(() -> connect(Map.of("cert-path", foreign.resolve("client"))))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(place, "unable to find valid certification path");
    assertThatThrownBy(() -> connect(Map.of("cert-path", own.resolve("nameless"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(place);
    assertThatThrownBy(() -> connect(Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unable to find valid certification path");
    String otherName = place.replace("127.0.0.1", "localhost");
    assertThatThrownBy(
            () -> connect(Map.of("cert-path", own.resolve("client"), "endpoints", otherName)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("localhost");
    assertThatThrownBy(() -> connect(Map.of("cert-path", own.resolve("none"))))
        .hasMessageContaining(own.resolve("none/ca.pem") + ", which does not exist");
  }

  /** A server with TLS says nothing of its health to strangers. */
  private static void commitWhenItListens(EtcdClient client, Transaction transaction)
      throws Exception {
    while (true) { // until the test's timeout
      try {
        client.commit(transaction);
        return;
      } catch (IOException e) {
        Thread.sleep(20);
      }
    }
  }

  private static String user(String name, String password) {
    return "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}";
  }

  private static String base64(String text) {
    return Base64.getEncoder()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String role(String user, String role) {
    return "{\"user\":\"" + user + "\",\"role\":\"" + role + "\"}";
  }

  @Test
  void aReaderNeedsOnlyTheRightToRead() throws Exception {
    servers = EtcdServers.start(directory, 1);
    try (EtcdClient publisher = servers.client()) {
      publisher.commit(shop());
    }
    servers.post(0, "/v3/auth/user/add", user("root", "r00t"));
    servers.post(0, "/v3/auth/role/add", "{\"name\":\"root\"}");
    servers.post(0, "/v3/auth/user/grant", role("root", "root"));
    servers.post(0, "/v3/auth/user/add", user("reader", "hunter2"));
    servers.post(0, "/v3/auth/role/add", "{\"name\":\"reader\"}");
    servers.post(
        0,
        "/v3/auth/role/grant",
        "{\"name\":\"reader\",\"perm\":{\"permType\":\"READ\",\"key\":\"%s\",\"range_end\":\"%s\"}}"
            .formatted(base64(KEYS.all().first()), base64(KEYS.all().end())));
    servers.post(0, "/v3/auth/user/grant", role("reader", "reader"));
    servers.post(0, "/v3/auth/enable", "{}");
    Path right = Files.writeString(directory.resolve("right"), "hunter2\n");
    Path root = Files.writeString(directory.resolve("root"), "r00t");
    Path wrong = Files.writeString(directory.resolve("wrong"), "hunter3");

    Map<String, Object> login = Map.of("user", "reader", "password-file", right.toString());
    try (RuntimeConnection connection = connect(login);
        EtcdClient publisher = new EtcdClient(settings("root", root, null))) {
      InstanceWatch watch = connection.watch();
      assertThat(connection.listInstances()).extracting(Instance::name).containsExactly("shop");
      assertThat(connection.findInstance("web-1/docker/a")).isPresent();
      publisher.commit(shop());
      assertThat(watch.take()).isEqualTo(ChangeHint.instance("web-1/docker/a"));
      assertThat(connection.listInstances()).extracting(Instance::name).containsExactly("shop");
    }
    try (EtcdClient reader = new EtcdClient(settings("reader", right, null))) {
      assertThatThrownBy(() -> reader.commit(shop()))
          .isInstanceOfSatisfying(
              EtcdException.class, e -> assertThat(e.isPermissionDenied()).isTrue());
    }
    assertThatThrownBy(() -> connect(Map.of("user", "reader", "password-file", wrong.toString())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("invalid user ID or password")
        .hasMessageNotContaining("hunter");
    assertThatThrownBy(() -> connect(Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("; it wants a login: set user and password-file");
    Map<String, Object> otherFleet = new TreeMap<>(login);
    otherFleet.put("prefix", "/other/");
    assertThatThrownBy(() -> connect(otherFleet))
        .hasMessageEndingWith(
            "permission denied; the role of the user must allow to read all keys that begin with"
                + " /other/");
    assertThat(List.of(settings("", null, null).toString(), login.toString()).toString())
        .doesNotContain("hunter");
  }
}
