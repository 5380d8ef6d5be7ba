package dev.koi.cli;

import dev.koi.core.discovery.BackendCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/**
 * The facts in a jar's manifest and registrations. Reading them loads no class.
 *
 * @param path the jar
 * @param backends the classes that it registers
 * @param spi the version of koi-api that it was built for; empty if it does not say
 * @param classPath the {@code Class-Path} of its manifest; empty if there is none
 */
record BackendJar(Path path, List<String> backends, String spi, String classPath) {

  private static final String SPI_VERSION = "Koi-Spi-Version";
  private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:[.-].*)?");

  /**
   * Reads a jar.
   *
   * @throws UnusableJarException if it is none, or cannot be read
   */
  static BackendJar read(Path jar) throws UnusableJarException {
    if (!Files.exists(jar)) {
      throw new UnusableJarException(
          jar + " is a link to a file that does not exist; correct the link");
    } else if (!Files.isRegularFile(jar)) {
      throw new UnusableJarException(jar + " is not a regular file; remove it");
    } else if (!Files.isReadable(jar)) {
      throw new UnusableJarException(unreadable(jar));
    }
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Manifest manifest = file.getManifest();
      Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
      return new BackendJar(
          jar,
          registered(file),
          text(attributes, SPI_VERSION),
          text(attributes, Attributes.Name.CLASS_PATH.toString()));
    } catch (IOException | IllegalArgumentException e) { // the latter: names that are no UTF-8
      throw new UnusableJarException(
          jar + " is not a jar, or is damaged: " + e.getMessage() + "; copy it again");
    }
  }

  /** Returns the message about a file or directory that may not be read. */
  static String unreadable(Path file) {
    String user = System.getProperty("user.name");
    return file + " cannot be read by user " + user + ", who runs Koi; chmod a+r it";
  }

  private static String text(Attributes attributes, String name) {
    String value = attributes.getValue(name);
    return value == null ? "" : value.strip();
  }

  private static List<String> registered(JarFile file) throws IOException {
    ZipEntry registration = file.getEntry(BackendCatalog.REGISTRATION);
    if (registration == null) {
      return List.of();
    }
    try (InputStream text = file.getInputStream(registration)) {
      return BackendCatalog.registered(text).toList();
    }
  }

  /**
   * Requires that the jar was not built for a newer koi-api than this one.
   *
   * @param ours the version of this Koi's; if it is unknown, nothing is required
   */
  void requireSpi(String ours) throws UnusableJarException {
    if (spi.isEmpty() || ours.isEmpty()) {
      return;
    }
    Matcher built = VERSION.matcher(spi);
    if (!built.matches()) {
      throw new UnusableJarException(
          path
              + " has "
              + SPI_VERSION
              + " '"
              + spi
              + "' in its manifest, which is no version such as 0.1; correct its pom.xml");
    }
    Matcher own = VERSION.matcher(ours);
    if (own.matches() && number(built) > number(own)) {
      throw new UnusableJarException(
          path
              + " was built for Koi "
              + spi
              + ", and this is Koi "
              + ours
              + "; update Koi, or use an older version of the backend");
    }
  }

  private static long number(Matcher version) {
    return Long.parseLong(version.group(1)) * 1_000_000 + Long.parseLong(version.group(2));
  }

  /**
   * Requires that the manifest names no code elsewhere, which Java would load unchecked.
   *
   * @param beside the jars that are loaded together with this one
   */
  void requireClassPathIn(Set<Path> beside) throws UnusableJarException {
    for (String each : classPath.split(" +", -1)) {
      if (!each.isEmpty() && !isIn(each, beside)) {
        throw new UnusableJarException(
            path
                + " names "
                + each
                + " in the Class-Path of its manifest; put both jars into one directory of"
                + " backends/");
      }
    }
  }

  private boolean isIn(String name, Set<Path> beside) {
    try {
      URI uri = path.toUri().resolve(name);
      Path other = Path.of(uri).normalize();
      return beside.contains(other)
          || (!Files.exists(other, LinkOption.NOFOLLOW_LINKS)
              && path.getParent().equals(other.getParent()));
    } catch (RuntimeException e) { // not the address of a file
      return false;
    }
  }
}
