package dev.koi.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads files of other programs, which may be anything. */
public final class TextFile {

  private static final int MAX_FILE = 4 << 20;

  private TextFile() {}

  /**
   * {@return the text of a file; empty if there is no such file}
   *
   * @param file any path
   * @throws IOException if it cannot be read, is no regular file, or is larger than 4 MiB; names it
   */
  public static Optional<String> read(Path file) throws IOException {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new IOException("is no regular file");
      }
      try (InputStream input = Files.newInputStream(file)) {
        byte[] text = input.readNBytes(MAX_FILE + 1);
        if (text.length > MAX_FILE) {
          throw new IOException("is larger than 4 MiB");
        }
        return Optional.of(new String(text, UTF_8));
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (AccessDeniedException e) {
      throw new IOException("no permission to read " + file, e);
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
