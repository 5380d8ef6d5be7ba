package dev.koi.docker.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of one authority, which the JDK's keytool makes in this JVM. */
public final class TestKeys {

  private static final String PASSWORD = "changeit";

  private final Path directory;

  /** Makes the authority, called "authority", and keeps all keys in that directory. */
  public TestKeys(Path directory) throws Exception {
    this.directory = directory;
    keytool("authority", "-ext", "bc:critical=ca:true");
  }

  /** Makes a certificate that the authority has signed. */
  public void signed(String name, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("-signer", "authority"));
    all.addAll(List.of(options));
    keytool(name, all.toArray(String[]::new));
  }

  /** Makes a certificate with those options of keytool. */
  public void keytool(String name, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "-genkeypair",
                "-debug", // a failure is an exception, in place of the JVM's end
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-keystore",
                file().toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
    command.addAll(List.of(options));
    if (!command.contains("-keyalg")) {
      command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    }
    Class.forName("sun.security.tools.keytool.Main")
        .getMethod("main", String[].class)
        .invoke(null, (Object) command.toArray(String[]::new));
  }

  private Path file() {
    return directory.resolve("keys.p12");
  }

  private KeyStore store() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream input = Files.newInputStream(file())) {
      store.load(input, PASSWORD.toCharArray());
    }
    return store;
  }

  /** Returns the private key of that certificate. */
  public Key key(String name) throws IOException, GeneralSecurityException {
    return store().getKey(name, PASSWORD.toCharArray());
  }

  /** Writes the files of a client with that certificate, and returns their directory. */
  public Path client(Path into, String name) throws IOException, GeneralSecurityException {
    writePem(
        into.resolve("ca.pem"), "CERTIFICATE", store().getCertificate("authority").getEncoded());
    writePem(into.resolve("cert.pem"), "CERTIFICATE", store().getCertificate(name).getEncoded());
    writePem(into.resolve("key.pem"), "PRIVATE KEY", key(name).getEncoded());
    return into;
  }

  /** Writes bytes in the form of openssl. */
  public static void writePem(Path file, String type, byte[] bytes) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %s-----%n%s%n-----END %s-----%n"
            .formatted(type, Base64.getMimeEncoder().encodeToString(bytes), type));
  }

  /** Returns the TLS of a server with that certificate that trusts the authority. */
  public SSLContext server(String name) throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(name, key(name), PASSWORD.toCharArray(), store().getCertificateChain(name));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, PASSWORD.toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", store().getCertificate("authority"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  /** Shakes hands as a server with that certificate, on a connection that it has accepted. */
  public SSLSocket accept(String name, Socket accepted)
      throws IOException, GeneralSecurityException {
    SSLSocket socket =
        (SSLSocket) server(name).getSocketFactory().createSocket(accepted, null, true);
    socket.startHandshake();
    return socket;
  }
}
