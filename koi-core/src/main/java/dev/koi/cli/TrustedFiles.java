package dev.koi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.Set;

/** Checks that only root and the user of this process can replace files. */
final class TrustedFiles {

  private static final Path SELF = Path.of("/proc/self");
  private static final int WORLD_WRITABLE = 0002;
  private static final int STICKY = 01000; // only owners replace what lies in the directory

  private final Set<Path> trusted = new HashSet<>();

  /**
   * Requires that a file or directory, behind all links, and each directory above belong to root or
   * this user, and that nobody else can write to them. Files that do not exist are trusted.
   *
   * @throws IllegalArgumentException if not
   */
  void require(Path file) throws IOException {
    if (!Files.exists(file)
        || !file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return; // Windows has other rules
    }
    Set<Path> checked = new HashSet<>();
    for (Path each = file.toRealPath();
        each != null && !trusted.contains(each);
        each = each.getParent()) {
      int mode = (int) Files.getAttribute(each, "unix:mode");
      boolean shared = Files.isDirectory(each) && (mode & STICKY) != 0;
      if ((mode & WORLD_WRITABLE) != 0 && !shared) {
        throw new IllegalArgumentException(
            each
                + " can be written to by anybody, so anybody could add code to Koi; chmod o-w it after checking "
                + file);
      }
      UserPrincipal owner = Files.getOwner(each);
      if ((int) Files.getAttribute(each, "unix:uid") != 0 && !owner.equals(self())) {
        throw new IllegalArgumentException(
            each
                + " belongs to user "
                + owner.getName()
                + ", who could add code to Koi; chown it to root or to the user that runs Koi");
      }
      checked.add(each);
    }
    trusted.addAll(checked); // only now: each is as good as the directories above it
  }

  private static UserPrincipal self() throws IOException {
    return Files.exists(SELF) // a user of a container may have no name
        ? Files.getOwner(SELF)
        : SELF.getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
  }
}
