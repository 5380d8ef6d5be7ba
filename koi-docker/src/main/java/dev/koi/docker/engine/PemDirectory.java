package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS as Docker's command line keeps it: a directory with ca.pem, whom to trust (without it, whom
 * Java trusts), and cert.pem with key.pem, who we are (without them, nobody).
 */
final class PemDirectory {

  private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END");

  private static final char[] NO_PASSWORD = {};

  private final Path directory;

  PemDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads the files.
   *
   * @throws IOException if one cannot be read or used; names it
   */
  SSLContext sslContext() throws IOException {
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
          key(directory.resolve("key.pem")),
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

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    Matcher pem = KEY.matcher(Files.readString(file, US_ASCII));
    if (!pem.find()) {
      throw new IOException(
          file
              + " is not an unencrypted PKCS #8 key in PEM form (BEGIN PRIVATE KEY); convert it with"
              + " openssl pkcs8 -topk8 -nocrypt");
    }
    PKCS8EncodedKeySpec bytes =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(bytes);
      } catch (InvalidKeySpecException e) {
        // of another algorithm
      }
    }
    throw new InvalidKeySpecException(file + " holds no RSA, EC or EdDSA key");
  }
}
