package dev.koi.spi.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key as OpenSSL writes it: PKCS #8, which Java reads, or the older forms of RSA and EC
 * keys, which become PKCS #8 by being wrapped.
 */
final class PemKey {

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int NUMBER = 0x02;
  private static final int CURVE = 0xa0;
  private static final byte[] VERSION = {NUMBER, 1, 0};
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

  private PemKey() {}

  static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
    Matcher pem = PEM.matcher(PemDirectory.text(file));
    if (!pem.find()) {
      throw new IOException(
          file
              + " is not an unencrypted private key in PEM form; convert it with"
              + " openssl pkcs8 -topk8 -nocrypt");
    }
    try {
      byte[] key = Base64.getMimeDecoder().decode(pem.group(2));
      return switch (pem.group(1)) {
        case "RSA " -> key(wrapped(RSA, key), List.of("RSA"));
        case "EC " -> key(wrapped(der(SEQUENCE, EC, curve(key)), key), List.of("EC"));
        default -> key(key, List.of("RSA", "EC", "EdDSA"));
      };
    } catch (InvalidKeySpecException
        | BufferUnderflowException
        | IndexOutOfBoundsException
        | IllegalArgumentException e) {
      throw new InvalidKeySpecException(file + " holds no RSA, EC or EdDSA key", e);
    }
  }

  private static PrivateKey key(byte[] pkcs8, List<String> algorithms)
      throws GeneralSecurityException {
    InvalidKeySpecException failure = null;
    for (String algorithm : algorithms) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        failure = e; // of another algorithm
      }
    }
    throw failure;
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return der(SEQUENCE, VERSION, algorithm, der(OCTETS, key));
  }

  /** Returns what names the curve in an EC key: its third part, after version and number. */
  private static byte[] curve(byte[] key) {
    ByteBuffer parts = value(ByteBuffer.wrap(key), SEQUENCE);
    value(parts, NUMBER);
    value(parts, OCTETS);
    ByteBuffer curve = value(parts, CURVE);
    byte[] name = new byte[curve.remaining()];
    curve.get(name);
    return name;
  }

  private static ByteBuffer value(ByteBuffer der, int tag) {
    if ((der.get() & 0xff) != tag) {
      throw new IllegalArgumentException("unexpected DER");
    }
    int length = der.get() & 0xff;
    if (length > 0x7f) {
      int bytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (der.get() & 0xff);
      }
    }
    ByteBuffer value = der.slice(der.position(), length); // refuses what is not there
    der.position(der.position() + length);
    return value;
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    der.write(tag);
    int length = content.size();
    if (length > 0xff) {
      der.write(0x82); // two bytes of length follow
      der.write(length >> 8);
    } else if (length > 0x7f) {
      der.write(0x81);
    }
    der.write(length);
    der.writeBytes(content.toByteArray());
    return der.toByteArray();
  }
}
