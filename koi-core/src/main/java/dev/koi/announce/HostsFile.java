package dev.koi.announce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;

/**
 * A hosts file, for a DNS server that reads it again when it changes. It is replaced as a whole, so
 * that no reader sees a half of it, and only if its content changes. Not thread-safe.
 */
final class HostsFile {

  /** By this line Koi knows the files that it may replace. */
  static final String HEADER = "# Written by Koi, which replaces this file at each change.\n";

  private final Path path;

  /** Writes nothing yet. */
  HostsFile(Path path) {
    this.path = requireNonNull(path, "path").toAbsolutePath();
  }

  Path path() {
    return path;
  }

  /**
   * Makes the file contain the names of the decisions and no others.
   *
   * @return whether it was replaced
   * @throws IOException if it could not be; the message names the file and what would help
   */
  boolean write(Collection<Decision> decisions) throws IOException {
    StringBuilder text = new StringBuilder(HEADER);
    for (Decision decision : decisions) {
      if (!decision.domainName().isEmpty()) {
        for (InetAddress address : decision.addresses()) {
          text.append(address.getHostAddress()).append(' ').append(decision.domainName());
          text.append('\n');
        }
      }
    }
    return write(text.toString());
  }

  private boolean write(String text) throws IOException {
    Path file = Files.isSymbolicLink(path) ? path.toRealPath() : path;
    Path directory = file.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IOException(path + ": there is no directory " + directory + "; create it");
    }
    boolean exists = Files.exists(file);
    if (exists) {
      String old = old(file);
      if (old.equals(text)) {
        return false;
      } else if (!old.isEmpty() && !old.startsWith(HEADER)) {
        throw new IOException(
            path + " is not a file of Koi, so it is not replaced; name another one, or empty it");
      }
    }
    // A DNS server that reads a whole directory would read a visible one too.
    Path hidden = directory.resolve("." + file.getFileName() + ".koi");
    try {
      Files.deleteIfExists(hidden);
      Files.writeString(hidden, text);
      admitReaders(hidden, exists ? List.of(file) : List.of());
      Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (AccessDeniedException e) {
      throw new IOException(path + ": Koi may not write into " + directory, e);
    } finally {
      Files.deleteIfExists(hidden);
    }
  }

  private static String old(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is not a file; name another one");
    }
    try {
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (NoSuchFileException e) {
      return ""; // deleted just now
    }
  }

  /** Gives the new file the owner and mode of the old one, or lets all read it. */
  private static void admitReaders(Path hidden, List<Path> old) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(hidden, PosixFileAttributeView.class);
    if (view == null) {
      return; // Windows: as the directory says
    } else if (old.isEmpty()) {
      view.setPermissions(PosixFilePermissions.fromString("rw-r--r--"));
      return;
    }
    PosixFileAttributes kept = Files.readAttributes(old.get(0), PosixFileAttributes.class);
    PosixFileAttributes given = view.readAttributes();
    try {
      if (!kept.group().equals(given.group())) {
        view.setGroup(kept.group());
      }
      if (!kept.owner().equals(given.owner())) {
        view.setOwner(kept.owner());
      }
    } catch (FileSystemException e) {
      throw new IOException(
          old.get(0)
              + " belongs to "
              + kept.owner()
              + ":"
              + kept.group()
              + ", which Koi, as "
              + given.owner()
              + ", cannot keep; delete it, or give it to "
              + given.owner(),
          e);
    }
    view.setPermissions(kept.permissions()); // last, because a change of the owner can reset bits
  }
}
