package dev.koi.docker.endpoint;

import dev.koi.spi.BackendUnavailableException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;

/** Explains why no engine answers at an endpoint, and what would help. */
public final class EndpointCheck {

  private static final String ROOT = "root";

  private EndpointCheck() {}

  /**
   * Requires that an engine may be there.
   *
   * @throws BackendUnavailableException if there is no such file, or none that can be seen
   * @throws IOException if it is no socket
   */
  public static void requirePresent(EngineEndpoint endpoint) throws IOException {
    if (endpoint.socket().isEmpty()) {
      return;
    }
    BasicFileAttributes file;
    try {
      file = Files.readAttributes(endpoint.socket().get(), BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw new BackendUnavailableException("no socket at " + endpoint, e);
    } catch (AccessDeniedException e) {
      String message = "no permission to look for a socket at " + endpoint;
      // The directory of root's Podman is closed to all others, whether it runs or not.
      throw endpoint.configured()
          ? new IOException(message, e)
          : new BackendUnavailableException(message, e);
    }
    if (!file.isOther()) {
      throw new IOException(
          endpoint
              + (file.isDirectory()
                  ? " is a directory, not a socket; container runtimes make one where a mounted"
                      + " socket is missing"
                  : " is a file, not a socket"));
    }
  }

  /** Returns the exception to throw if the first requests failed. */
  public static IOException explain(EngineEndpoint endpoint, IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return new BackendUnavailableException("no such host: " + endpoint, failure);
      }
      if (cause instanceof ConnectException
          || cause instanceof NoRouteToHostException
          || cause instanceof NoSuchFileException) {
        return new BackendUnavailableException("nothing listens at " + endpoint, failure);
      }
      // An engine that refuses a certificate may reset the connection before its reason is read.
      if (cause instanceof SSLException
          || (cause instanceof SocketException && endpoint.certificates().isPresent())) {
        return new IOException(
            "TLS with " + endpoint + " failed: " + tlsReason(endpoint, cause), failure);
      }
      if (endpoint.socket().isPresent() && "Permission denied".equals(cause.getMessage())) {
        Path socket = endpoint.socket().get();
        String message = "permission denied at " + endpoint + access(socket);
        // At one of the usual places a socket for root alone, as Podman's, is no mistake.
        return endpoint.origin() == EngineEndpoint.Origin.USUAL && ROOT.equals(group(socket))
            ? new BackendUnavailableException(message, failure)
            : new IOException(message, failure);
      }
    }
    return doubted(failure);
  }

  /** Returns a failure that another kind of server may have caused. */
  public static IOException doubted(IOException failure) {
    return new IOException(
        failure.getMessage() + "; is it a container engine that listens there?", failure);
  }

  private static String tlsReason(EngineEndpoint endpoint, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "its certificate has expired (" + cause.getMessage() + ")";
      } else if (cause instanceof CertificateNotYetValidException) {
        return "its certificate is not valid yet (" + cause.getMessage() + ")";
      } else if (cause instanceof CertPathBuilderException) {
        return "its certificate is not signed by a CA in "
            + file(endpoint, "ca.pem")
            + "; Koi always verifies, whatever DOCKER_TLS or a context's SkipTLSVerify says";
      }
    }
    String reason = failure.getMessage();
    if (!String.valueOf(reason)
        .matches(".*(fatal alert|terminated the handshake|reset|Broken pipe).*")) {
      return reason;
    }
    return reason + ownCertificate(endpoint);
  }

  /** Returns what the engine may have refused. */
  private static String ownCertificate(EngineEndpoint endpoint) {
    Path own = file(endpoint, "cert.pem");
    return (Files.exists(own) ? "; Koi has shown " : "; there is no ") + own;
  }

  private static Path file(EngineEndpoint endpoint, String name) {
    return endpoint.certificates().orElseThrow().resolve(name);
  }

  /** Returns the group of that file, or the empty text if it cannot be told. */
  private static String group(Path socket) {
    try {
      return Files.readAttributes(socket, PosixFileAttributes.class).group().getName();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static String access(Path socket) {
    String user = System.getProperty("user.name");
    try {
      PosixFileAttributes file = Files.readAttributes(socket, PosixFileAttributes.class);
      String group = file.group().getName();
      return String.format(
          " for user %s: it belongs to %s:%s (%s)%s",
          user,
          file.owner().getName(),
          group,
          PosixFilePermissions.toString(file.permissions()),
          file.permissions().contains(PosixFilePermission.GROUP_WRITE) && !group.equals(ROOT)
              ? String.format(
                  "; add the user to the group (sudo usermod -aG %s %s) and log in again",
                  group, user)
              : "");
    } catch (IOException | UnsupportedOperationException e) {
      return " for user " + user;
    }
  }
}
