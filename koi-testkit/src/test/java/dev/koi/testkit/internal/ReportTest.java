package dev.koi.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class ReportTest {

  /** Tests are usually in the backend's package, and earlier on the class path. */
  @Test
  void theVersionOfAJarIsReadThoughItsPackageBeganInADirectory(@TempDir Path directory)
      throws Exception {
    URL jar = AssertionFailedError.class.getProtectionDomain().getCodeSource().getLocation();
    String earlier = TestAbortedException.class.getName();
    Path copy = directory.resolve(earlier.replace('.', '/') + ".class");
    Files.createDirectories(copy.getParent());
    URI original = URI.create("jar:" + jar + "!/" + directory.relativize(copy));
    Files.write(copy, original.toURL().openStream().readAllBytes());
    URL[] path = {directory.toUri().toURL(), jar};

    try (URLClassLoader loader = new URLClassLoader(path, null)) {
      loader.loadClass(earlier);
      Class<?> type = loader.loadClass(AssertionFailedError.class.getName());
      assertThat(type.getPackage().getImplementationVersion()).isNull();
      assertThat(Report.version(type))
          .matches("1[.0-9]+ in opentest4j-.*[.]jar, SHA-256 [0-9a-f]{64}");
    }
  }
}
