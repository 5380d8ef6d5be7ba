package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.koi.docker.dialect.DockerDialect;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * TLS with certificates on both sides, signed by one authority that the JDK's keytool makes, as is
 * all that is wrong with some of them.
 */
@Timeout(60)
class EngineTlsTest {

  @TempDir static Path made;
  private static TestKeys keys;

  @TempDir Path directory;
  private HttpsServer server;
  private Map<String, Object> config = Map.of();

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = new TestKeys(made);
    keys.keytool("stranger", "-ext", "bc:critical=ca:true");
    keys.signed("good", "-ext", "san=ip:127.0.0.1");
    keys.signed("expired", "-ext", "san=ip:127.0.0.1", "-startdate", "-9d", "-validity", "5");
    keys.signed("future", "-ext", "san=ip:127.0.0.1", "-startdate", "+9d");
    keys.signed("elsewhere", "-ext", "san=dns:elsewhere.example,ip:127.0.0.2");
    keys.signed("client", "-ext", "san=dns:client");
    keys.signed("rsa", "-ext", "san=dns:client", "-keyalg", "RSA");
    keys.signed("late", "-ext", "san=dns:client", "-startdate", "-9d", "-validity", "5");
  }

  @BeforeEach
  void write() throws Exception {
    keys.client(directory, "client");
  }

  @AfterEach
  void nothingIsLeft() {
    if (server != null) {
      server.stop(0);
    }
    EngineTraces.awaitNone("tls");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void anEngineAnswersIfBothSidesTrustEachOther(String protocol) throws Exception {
    serve("good", protocol);

    try (RuntimeConnection connection = connect("127.0.0.1")) {
      assertThat(connection.runtime().version()).isEqualTo("20.10");
      assertThat(connection.runtime().endpoint()).startsWith("tcp://127.0.0.1:");
    }
  }

  @ParameterizedTest
  @CsvSource({"rw-------, false", "rw-r-----, false", "rw-r--r--, true", "rw--w--w-, true"})
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aKeyThatEveryUserCanUseIsWarnedOf(String permissions, boolean warned) throws Exception {
    Path key = directory.resolve("key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));
    serve("good", "TLSv1.3");

    try (Warnings warnings = new Warnings("dev.koi.docker.engine.EngineSearch");
        RuntimeConnection connection = connect("127.0.0.1")) {
      assertThat(connection.runtime().version()).isEqualTo("20.10");
      assertThat(warnings.texts)
          .isEqualTo(
              warned
                  ? List.of(
                      String.format(
                          "tls: %s is open to every user (%s); close it by chmod 600",
                          key, permissions))
                  : List.of());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "expired, 127.0.0.1, has expired (NotAfter",
    "future, 127.0.0.1, is not valid yet (NotBefore",
    "elsewhere, 127.0.0.1, No subject alternative names matching IP address 127.0.0.1",
    "good, localhost, No name matching localhost found"
  })
  void anEngineWithoutAValidCertificateIsRefused(String engine, String host, String reason)
      throws Exception {
    serve(engine, "TLSv1.3");

    assertThatThrownBy(() -> connect(host))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("TLS with tcp://" + host)
        .hasMessageContaining(reason);
  }

  @Test
  void anEngineThatAnotherAuthorityHasSignedIsRefused() throws Exception {
    serve("stranger", "TLSv1.3");

    assertThatThrownBy(() -> connect("127.0.0.1"))
        .hasMessageStartingWith("TLS with tcp://127.0.0.1")
        .hasMessageContaining("is not signed by a CA in " + directory + "/ca.pem; Koi always");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void anEngineThatWantsACertificateRefusesAndTheMissingFileIsNamed(String protocol)
      throws Exception {
    serve("good", protocol);
    Files.delete(directory.resolve("cert.pem"));
    Files.delete(directory.resolve("key.pem"));

    refusedWith("there is no " + directory.resolve("cert.pem"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"late", "stranger"})
  void aCertificateThatTheEngineDoesNotTakeIsNamed(String name) throws Exception {
    serve("good", "TLSv1.2");
    keys.client(directory, name);

    refusedWith("Koi has shown " + directory.resolve("cert.pem"));
  }

  private void refusedWith(String reason) {
    assertThatThrownBy(() -> connect("127.0.0.1"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("TLS with tcp://127.0.0.1")
        .hasMessageContaining(reason);
  }

  @Test
  void anEngineWithoutTlsIsNotTalkedTo() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread engine =
          new Thread(
              () -> {
                try (var socket = plain.accept()) {
                  socket
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                  socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException e) {
                  // refused, as it should be
                }
              });
      engine.start();

      assertThatThrownBy(() -> connect("127.0.0.1", plain.getLocalPort()))
          .hasMessageStartingWith("TLS with tcp://127.0.0.1");
      engine.join();
    }
  }

  @Test
  void aHandshakeEndsAtTheDeadline() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      config = Map.of("connect-timeout", "200ms");

      assertThatThrownBy(() -> connect("127.0.0.1", silent.getLocalPort()))
          .hasMessageContaining("no answer to GET /_ping within 200 ms");
    }
  }

  @Test
  void keysAreReadInTheFormsThatOpenSslWrites() throws Exception {
    serve("good", "TLSv1.3");
    byte[] ec = keys.key("client").getEncoded();
    byte[] number = Arrays.copyOfRange(ec, ec.length - 32, ec.length);
    writePem("key.pem", "EC PRIVATE KEY", sec1(number));
    connect("127.0.0.1").close();

    keys.client(directory, "rsa");
    connect("127.0.0.1").close();

    byte[] rsa = keys.key("rsa").getEncoded();
    writePem("key.pem", "RSA PRIVATE KEY", Arrays.copyOfRange(rsa, 26, rsa.length));
    connect("127.0.0.1").close();
  }

  /** Returns the older form of a key of the curve P-256. */
  private static byte[] sec1(byte[] number) {
    HexFormat hex = HexFormat.of();
    return hex.parseHex("303102010104" + "20" + hex.formatHex(number) + "a00a06082a8648ce3d030107");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY", "CERTIFICATE"})
  void aKeyOfAnotherFormSaysHowToConvertIt(String type) throws Exception {
    writePem("key.pem", type, new byte[] {1});

    assertUnusable(" is not an unencrypted private key in PEM form; convert it with openssl pkcs8");
  }

  @Test
  void anEncryptedKeyOfTheOlderFormSaysHowToConvertIt() throws Exception {
    Files.writeString(
        directory.resolve("key.pem"),
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,00

        AAAA
        -----END RSA PRIVATE KEY-----
        """);

    assertUnusable(" is not an unencrypted private key in PEM form; convert it with openssl pkcs8");
  }

  @ParameterizedTest
  @CsvSource({
    "PRIVATE KEY, 01",
    "RSA PRIVATE KEY, 3000",
    "EC PRIVATE KEY, 01",
    "EC PRIVATE KEY, 3084ffffffff",
    "EC PRIVATE KEY, 30847fffffff",
    "EC PRIVATE KEY, 30060201010401ff",
    "EC PRIVATE KEY, 300a0201010401ffa003060100"
  })
  void aBrokenKeyIsNamed(String type, String hex) throws Exception {
    writePem("key.pem", type, HexFormat.of().parseHex(hex));

    assertUnusable(" holds no RSA, EC or EdDSA key");
  }

  private void assertUnusable(String reason) {
    assertThatThrownBy(() -> connect("127.0.0.1", 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory.resolve("key.pem") + reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.pem", "cert.pem", "key.pem"})
  void aFileThatIsMissingIsNamed(String file) throws Exception {
    Files.delete(directory.resolve(file));

    assertThatThrownBy(() -> connect("127.0.0.1", 1))
        .isNotInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("TLS needs " + directory.resolve(file) + ", which does not exist");
  }

  @Test
  void aFileWithoutACertificateIsNamed() throws Exception {
    Files.writeString(directory.resolve("ca.pem"), "");
    assertThatThrownBy(() -> connect("127.0.0.1", 1))
        .hasMessageContaining(directory.resolve("ca.pem") + " holds no certificate");

    writePem("ca.pem", "CERTIFICATE", new byte[] {1});
    assertThatThrownBy(() -> connect("127.0.0.1", 1))
        .hasMessageContaining("cannot use the certificates in " + directory);
  }

  private RuntimeConnection connect(String host) throws IOException, InterruptedException {
    return connect(host, server.getAddress().getPort());
  }

  private RuntimeConnection connect(String host, int port)
      throws IOException, InterruptedException {
    EngineEndpoint endpoint =
        new EngineEndpoint(
            URI.create("tcp://" + host + ":" + port),
            EngineEndpoint.Origin.CONFIGURED,
            "test",
            Optional.of(directory),
            false);
    return EngineSearch.connect(
        BackendConfig.of("tls", config), new DockerDialect(), List.of(endpoint), "help");
  }

  private void writePem(String file, String type, byte[] bytes) throws IOException {
    TestKeys.writePem(directory.resolve(file), type, bytes);
  }

  /** Starts an engine that shows that certificate and wants one of the authority's. */
  private void serve(String name, String protocol) throws Exception {
    SSLContext context = keys.server(name);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = context.getDefaultSSLParameters();
            tls.setNeedClientAuth(true);
            tls.setProtocols(new String[] {protocol});
            parameters.setSSLParameters(tls);
          }
        });
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              "{\"ApiVersion\":\"1.41\",\"Version\":\"20.10\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }
}
