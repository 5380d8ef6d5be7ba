package dev.koi.fleet.etcd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A directory with ca.pem, the authorities that may have signed the servers' certificates, and
 * cert.pem with key.pem, the client's own, if it has one.
 */
final class PemDirectory {

  private static final char[] NO_PASSWORD = {};
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");

  private final Path directory;

  PemDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads the files.
   *
   * @throws IOException if one is missing or cannot be used; names it
   */
  SSLContext sslContext() throws IOException {
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(identity(), NO_PASSWORD);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (NoSuchFileException e) {
      throw new IOException("TLS needs " + e.getFile() + ", which does not exist", e);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "cannot use the certificates in " + directory + ": " + e.getMessage(), e);
    }
  }

  private KeyStore authorities() throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate certificate : certificates("ca.pem")) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    return store;
  }

  private KeyStore identity() throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    if (Files.exists(directory.resolve("cert.pem")) || Files.exists(directory.resolve("key.pem"))) {
      Certificate[] chain = certificates("cert.pem").toArray(Certificate[]::new);
      store.setKeyEntry("client", key(), NO_PASSWORD, chain);
    }
    return store;
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private List<Certificate> certificates(String name) throws IOException, GeneralSecurityException {
    byte[] pem = Files.readAllBytes(directory.resolve(name));
    List<Certificate> found =
        List.copyOf(
            CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem)));
    if (found.isEmpty()) {
      throw new IOException(directory.resolve(name) + " holds no certificate");
    }
    return found;
  }

  private PrivateKey key() throws IOException, GeneralSecurityException {
    Path file = directory.resolve("key.pem");
    Matcher pem = KEY.matcher(Files.readString(file, US_ASCII));
    if (pem.find()) {
      byte[] pkcs8 = Base64.getMimeDecoder().decode(pem.group(1));
      for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (InvalidKeySpecException e) {
          // of another algorithm
        }
      }
    }
    throw new IOException(
        file + " is not an unencrypted PKCS #8 key; convert it with openssl pkcs8 -topk8 -nocrypt");
  }
}
