package dev.koi.cli;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Set;

/**
 * The classes of one jar or directory in {@code backends/}. They see each other, the JDK, the
 * packages that koi-api exports, and slf4j-api; so a backend may bring any version of any library
 * that Koi or another backend uses.
 */
final class BackendLoader extends URLClassLoader {

  static {
    registerAsParallelCapable();
  }

  /** Come from Koi only: a copy in a jar would be other types of the same names. */
  private static final Set<String> SHARED =
      Set.of(
          "dev.koi",
          "dev.koi.spi",
          "dev.koi.spi.support",
          "org.slf4j",
          "org.slf4j.event",
          "org.slf4j.helpers",
          "org.slf4j.spi");

  private final ClassLoader koi;

  BackendLoader(String name, URL[] jars, ClassLoader koi) {
    super(name, jars, ClassLoader.getPlatformClassLoader());
    this.koi = koi;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return SHARED.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))))
        ? koi.loadClass(name)
        : super.loadClass(name, resolve);
  }
}
