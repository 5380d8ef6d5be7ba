package dev.koi.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;

/** Where a distribution has its third-party backends, which run with all that Koi may do. */
final class BackendsDirectory {

  private BackendsDirectory() {}

  /**
   * Requires that nobody but its owner and group can put code there.
   *
   * @throws IllegalArgumentException if others can write to the directory or to a jar in it
   */
  static void requireTrusted(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    requireTrustedFile(directory);
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.jar")) {
      for (Path jar : jars) {
        requireTrustedFile(jar);
      }
    }
  }

  private static void requireTrustedFile(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view != null // there is none on Windows
        && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IllegalArgumentException(
          file
              + " can be written to by anybody, and Koi would run what they put there;"
              + " chmod o-w it, once you know what is in it");
    }
  }
}
