package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with client certificates, against an HTTPS server that asks for one. */
class PemDirectoryTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path keys;
  private static KeyStore engine;
  private static KeyStore client;
  private static HttpsServer server;

  @TempDir Path directory;

  @BeforeAll
  static void serve() throws Exception {
    engine = keyStore("engine", "san=ip:127.0.0.1");
    client = keyStore("client", "san=dns:client");
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = context();
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = context.getDefaultSSLParameters();
            tls.setNeedClientAuth(true);
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

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  @BeforeEach
  void write() throws Exception {
    writePem("ca.pem", "CERTIFICATE", engine.getCertificate("engine").getEncoded());
    writePem("cert.pem", "CERTIFICATE", client.getCertificate("client").getEncoded());
    writePem("key.pem", "PRIVATE KEY", client.getKey("client", PASSWORD).getEncoded());
  }

  @AfterEach
  void nothingIsLeft() {
    EngineTraces.awaitNone("tls");
  }

  @Test
  void anEngineThatKnowsUsAndThatWeTrustAnswers() throws Exception {
    try (RuntimeConnection connection = connect("127.0.0.1")) {
      assertThat(connection.runtime().version()).isEqualTo("20.10");
      assertThat(connection.runtime().endpoint()).startsWith("tcp://127.0.0.1:");
    }
  }

  @Test
  void anEngineThatWeDoNotTrustIsRefused() throws Exception {
    writePem("ca.pem", "CERTIFICATE", client.getCertificate("client").getEncoded());

    assertThatThrownBy(() -> connect("127.0.0.1")).hasMessageContaining("certification path");
  }

  @Test
  void anEngineOfAnotherNameIsRefused() {
    assertThatThrownBy(() -> connect("localhost"))
        .hasMessageContaining("TLS with tcp://localhost")
        .hasMessageContaining("No name matching localhost found");
  }

  @Test
  void withoutACertificateOfOursTheEngineRefuses() throws Exception {
    Files.delete(directory.resolve("cert.pem"));

    assertThatThrownBy(() -> connect("127.0.0.1")).isInstanceOf(IOException.class);
  }

  @Test
  void aKeyOfAnotherFormSaysHowToConvertIt() throws Exception {
    writePem("key.pem", "RSA PRIVATE KEY", new byte[] {1});

    assertThatThrownBy(() -> connect("127.0.0.1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory.resolve("key.pem") + " is not an unencrypted PKCS #8 key")
        .hasMessageContaining("openssl pkcs8");
  }

  @Test
  void filesThatAreMissingOrBrokenAreNamed() throws Exception {
    Files.delete(directory.resolve("key.pem"));
    assertThatThrownBy(() -> connect("127.0.0.1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("key.pem");

    writePem("ca.pem", "CERTIFICATE", new byte[] {1});
    assertThatThrownBy(() -> connect("127.0.0.1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory.toString());
  }

  private RuntimeConnection connect(String host) throws IOException, InterruptedException {
    EngineEndpoint endpoint =
        EngineEndpoint.parse(
            "tcp://" + host + ":" + server.getAddress().getPort(),
            "test",
            true,
            Optional.of(directory),
            false);
    return EngineSearch.connect(
        BackendConfig.of("tls", Map.of()), EngineDialect.DOCKER, List.of(endpoint), "help");
  }

  private void writePem(String file, String type, byte[] bytes) throws IOException {
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n"
            .formatted(type, Base64.getMimeEncoder().encodeToString(bytes), type));
  }

  private static SSLContext context() throws Exception {
    KeyManagerFactory ours = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    ours.init(engine, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("client", client.getCertificate("client"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(ours.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  /** Makes a key and a certificate that it signs itself, with the JDK's own tool. */
  private static KeyStore keyStore(String name, String extension) throws Exception {
    Path file = keys.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                extension,
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(keys.resolve(name + ".log").toFile())
            .start();
    assertThat(keytool.waitFor()).as(Files.readString(keys.resolve(name + ".log"))).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(file)) {
      store.load(input, PASSWORD);
    }
    return store;
  }
}
