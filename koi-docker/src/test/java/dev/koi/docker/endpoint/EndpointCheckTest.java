package dev.koi.docker.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.koi.spi.BackendUnavailableException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointCheckTest {

  @TempDir Path directory;

  @Test
  void aMissingPermissionNamesUserGroupAndRemedy() throws IOException {
    Path socket = directory.resolve("s");
    Files.createFile(
        socket, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    String user = System.getProperty("user.name");
    giveAway(socket);
    String group = group(socket);

    assertThat(denied(socket))
        .isNotInstanceOf(BackendUnavailableException.class)
        .hasMessageStartingWith("permission denied at unix://" + socket + " for user " + user)
        .hasMessageEndingWith(":" + group + " (rw-------)");

    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    assertThat(denied(socket)).hasMessageContaining("usermod -aG " + group + " " + user);
  }

  @Test
  void aSocketForRootAloneIsNoMistakeUnlessItIsMeant() throws IOException {
    Path socket = Files.createFile(directory.resolve("s"));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    assumeThat(group(socket)).isEqualTo("root");

    assertThat(denied(socket))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageEndingWith("it belongs to root:root (rw-rw----)");
    EngineEndpoint meant =
        EngineEndpoint.parse("unix://" + socket, "CONTAINER_HOST", false, Optional.empty(), false);
    assertThat(EndpointCheck.explain(meant, new IOException("Permission denied")))
        .isNotInstanceOf(BackendUnavailableException.class);
  }

  /** Whoever is root gives the file to another group, for root's are another case. */
  private static void giveAway(Path socket) throws IOException {
    if (group(socket).equals("root")) {
      GroupPrincipal daemon =
          FileSystems.getDefault()
              .getUserPrincipalLookupService()
              .lookupPrincipalByGroupName("daemon");
      Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(daemon);
    }
  }

  private static String group(Path file) throws IOException {
    return Files.getAttribute(file, "posix:group").toString();
  }

  @Test
  void aRefusedConnectionIsNothing() {
    assertThat(explained(directory.resolve("s"), new ConnectException("Connection refused")))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("nothing listens at");
  }

  private static IOException denied(Path socket) {
    return explained(socket, new BindException("Permission denied"));
  }

  private static IOException explained(Path socket, IOException cause) {
    return EndpointCheck.explain(
        EngineEndpoint.usual(socket), new IOException("GET /_ping failed", cause));
  }
}
