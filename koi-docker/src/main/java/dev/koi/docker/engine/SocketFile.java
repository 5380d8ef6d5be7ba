package dev.koi.docker.engine;

import dev.koi.spi.BackendUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Looks at a unix socket's file, to say more than the system's error would. */
final class SocketFile {

  private SocketFile() {}

  /**
   * Returns if there may be an engine.
   *
   * @throws BackendUnavailableException if there is no such file
   * @throws IOException if it is no socket, or may not be looked at
   */
  static void requirePresent(EngineEndpoint endpoint) throws IOException {
    if (!endpoint.uri().getScheme().equals("unix")) {
      return;
    }
    BasicFileAttributes file;
    try {
      file = Files.readAttributes(Path.of(endpoint.uri().getPath()), BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw new BackendUnavailableException("no socket at " + endpoint, e);
    } catch (IOException e) {
      throw new IOException("may not look at " + endpoint + ": " + e.getMessage(), e);
    }
    if (!file.isOther()) {
      throw new IOException(
          endpoint + " is a " + (file.isDirectory() ? "directory" : "file") + ", not a socket");
    }
  }
}
