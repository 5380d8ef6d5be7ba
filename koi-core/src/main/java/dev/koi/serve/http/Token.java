package dev.koi.serve.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.text.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The secret that clients must send, if there is one. */
public final class Token {

  /** Lets every client in. */
  public static final Token NONE = new Token(null);

  /** The environment variable that may hold it; a command line is no place for a secret. */
  public static final String VARIABLE = "KOI_SERVE_TOKEN";

  private static final Logger log = LoggerFactory.getLogger(Token.class);
  private static final String SCHEME = "Bearer ";

  private final byte[] secret; // null: none

  private Token(byte[] secret) {
    this.secret = secret;
  }

  /**
   * Reads it from the file, else takes that of the environment.
   *
   * @param environment the value of {@link #VARIABLE}, or null
   * @throws IllegalArgumentException if the file cannot be read, or the token is not of 16 to 4096
   *     printable ASCII characters without blanks
   */
  public static Token read(Optional<Path> file, String environment) {
    if (file.isPresent()) {
      return of(content(file.get()), "the token in " + file.get());
    }
    return environment == null || environment.isEmpty() ? NONE : of(environment, VARIABLE);
  }

  private static String content(Path file) {
    try {
      String text =
          TextFile.read(file).orElseThrow(() -> new IOException("there is no file " + file));
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
          && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        log.warn("every user of this machine can read the token in {}; chmod o-r it", file);
      }
      return text.strip();
    } catch (IOException e) {
      throw new IllegalArgumentException("koi.serve.token-file: " + e.getMessage(), e);
    }
  }

  private static Token of(String text, String place) {
    if (!text.matches("[!-~]{16,4096}")) {
      throw new IllegalArgumentException(
          place
              + " must be 16 to 4096 printable ASCII characters without blanks;"
              + " 'openssl rand -hex 32' makes one");
    }
    return new Token(text.getBytes(UTF_8));
  }

  /** Returns whether there is one. */
  public boolean required() {
    return secret != null;
  }

  /**
   * Requires that the request has it, as {@code Authorization: Bearer TOKEN}.
   *
   * @throws RefusedException if not
   */
  public void require(Request request) throws RefusedException {
    if (secret == null) {
      return;
    }
    String sent = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (sent == null || !sent.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw unauthorized("send the header 'Authorization: Bearer TOKEN'");
    }
    byte[] given = sent.substring(SCHEME.length()).strip().getBytes(UTF_8);
    if (!MessageDigest.isEqual(secret, given)) { // takes equally long wherever they differ
      throw unauthorized("this is not the token of this server");
    }
  }

  private static RefusedException unauthorized(String message) {
    return new RefusedException(
        401,
        "unauthorized",
        message + "; in Prometheus, 'authorization' needs 'type: Bearer' beside the credentials");
  }

  @Override
  public String toString() {
    return secret == null ? "none" : "***";
  }
}
