package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
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
import java.util.HexFormat;
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

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END");

  /** PKCS #8's words for "version 0, an RSA key", which is all that PKCS #1 lacks (RFC 5208). */
  private static final byte[] RSA_HEADER =
      HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

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
    if (pem.find()) {
      byte[] bytes = Base64.getMimeDecoder().decode(pem.group(2));
      switch (pem.group(1)) {
        case "" -> {
          return key(bytes);
        }
        case "RSA " -> {
          return key(sequence(RSA_HEADER, der(0x04, bytes)));
        }
        default -> {}
      }
    }
    throw new IOException(
        file
            + " is not an unencrypted PKCS #8 or RSA key in PEM form; convert it with openssl pkcs8"
            + " -topk8 -nocrypt");
  }

  private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        // of another algorithm
      }
    }
    throw new InvalidKeySpecException("key.pem holds no RSA, EC or EdDSA key");
  }

  private static byte[] sequence(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return der(0x30, both.toByteArray());
  }

  /** Returns a value with its tag and its length in front of it (X.690, 8.1). */
  private static byte[] der(int tag, byte[] value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(tag);
    bytes.write(0x82); // two bytes of length; a key has fewer than 65,536
    bytes.write(value.length >> 8);
    bytes.write(value.length);
    bytes.writeBytes(value);
    return bytes.toByteArray();
  }
}
