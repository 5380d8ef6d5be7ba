package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.spi.BackendUnavailableException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    String group = Files.getAttribute(socket, "posix:group").toString();

    assertThat(denied(socket))
        .isNotInstanceOf(BackendUnavailableException.class)
        .hasMessageStartingWith("permission denied at unix://" + socket + " for user " + user)
        .hasMessageEndingWith(":" + group + " (rw-------)");

    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    assertThat(denied(socket)).hasMessageContaining("usermod -aG " + group + " " + user);
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
