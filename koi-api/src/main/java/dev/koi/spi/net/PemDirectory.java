package dev.koi.spi.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import dev.koi.text.TextFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS as Docker's command line keeps it: a directory with ca.pem, the authorities that may have
 * signed the server's certificate, and cert.pem with key.pem, the client's own, if it has one.
 */
public final class PemDirectory {

  private static final char[] NO_PASSWORD = {};

  private final Path directory;

  /**
   * Makes one; reads nothing.
   *
   * @param directory holds the files
   */
  public PemDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads the files.
   *
   * @return the context for connections; it trusts the authorities of ca.pem only
   * @throws IOException if one is missing or cannot be used; names it
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
    } catch (NoSuchFileException e) {
      throw new IOException(
          "TLS needs " + e.getFile() + ", which does not exist; Koi always verifies a server", e);
    } catch (AccessDeniedException e) {
      throw new IOException("no permission to read " + e.getFile(), e);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "cannot use the certificates in " + directory + ": " + e.getMessage(), e);
    }
  }

  /** {@return a sentence if every user can read or replace the client's key} */
  public Optional<String> warning() {
    Path key = directory.resolve("key.pem");
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(key);
      return permissions.contains(OTHERS_READ) || permissions.contains(OTHERS_WRITE)
          ? Optional.of(
              String.format(
                  "%s is open to every user (%s); close it by chmod 600",
                  key, PosixFilePermissions.toString(permissions)))
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty(); // there is none, or this is Windows
    }
  }

  /** Java's own authorities are never used: any server can get a certificate of a public one. */
  private KeyStore authorities() throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    Path file = directory.resolve("ca.pem");
    int number = 0;
    for (Certificate certificate : certificates(file)) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    if (number == 0) {
      throw new IOException(file + " holds no certificate");
    }
    return store;
  }

  private KeyStore identity() throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    Path certificate = directory.resolve("cert.pem");
    Path key = directory.resolve("key.pem");
    if (Files.exists(certificate) || Files.exists(key)) {
      Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new IOException(certificate + " holds no certificate");
      }
      store.setKeyEntry("client", PemKey.read(key), NO_PASSWORD, chain);
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
    InputStream input = new ByteArrayInputStream(text(file).getBytes(UTF_8));
    return CertificateFactory.getInstance("X.509").generateCertificates(input);
  }

  /** Returns the text of a file, which must be a regular one of sane size. */
  static String text(Path file) throws IOException {
    return TextFile.read(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
  }
}
