package dev.koi.docker.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS as Docker's command line keeps it: a directory with ca.pem, whom to trust (without it, whom
 * Java trusts), and cert.pem with key.pem, who we are (without them, nobody).
 */
public final class PemDirectory {

  private static final char[] NO_PASSWORD = {};

  private final Path directory;

  /** Makes one of the directory with ca.pem, cert.pem and key.pem. */
  public PemDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads the files.
   *
   * @throws IOException if one cannot be read or used; names it
   */
  public SSLContext sslContext() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(identity(), NO_PASSWORD);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities());
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "cannot use the certificates in " + directory + ": " + e.getMessage(), e);
    }
  }

  /** Returns whom to trust; {@code null} stands for Java's own. */
  private KeyStore authorities() throws IOException, GeneralSecurityException {
    Path file = directory.resolve("ca.pem");
    if (!Files.exists(file)) {
      return null;
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate certificate : certificates(file)) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    return store;
  }

  private KeyStore identity() throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    Path certificate = directory.resolve("cert.pem");
    if (Files.exists(certificate)) {
      store.setKeyEntry(
          "client",
          PemKey.read(directory.resolve("key.pem")),
          NO_PASSWORD,
          certificates(certificate).toArray(Certificate[]::new));
    }
    return store;
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream input = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(input);
    }
  }
}
