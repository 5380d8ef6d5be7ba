package dev.koi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.koi.Instance;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that a stranger's build has made needs nothing but the class path. */
class StrangersJarIT {

  private static final Path JAR =
      Path.of("target/it/supervised-processes/target/koi-supervised-1.0.jar");

  @Test
  void worksWhenItIsDroppedIntoTheClassPath(@TempDir Path directory) throws Exception {
    assumeThat(JAR).as("built with -Dkoi.tests=all").exists();
    Files.writeString(
        directory.resolve("this.properties"), "name=this\npid=" + ProcessHandle.current().pid());
    try (URLClassLoader classPath = new URLClassLoader(new URL[] {JAR.toUri().toURL()})) {
      RuntimeBackend backend =
          ServiceLoader.load(RuntimeBackend.class, classPath).stream()
              .filter(service -> service.type().getClassLoader() == classPath)
              .findFirst()
              .orElseThrow()
              .get();
      assertThat(backend.name()).isEqualTo("supervised");
      assertThat(backend.getClass().getPackage().getImplementationVersion()).isEqualTo("1.0");
      BackendConfig config =
          BackendConfig.of("here", Map.of("directory", directory.toRealPath().toString()));
      try (RuntimeConnection connection = backend.connect(config)) {
        assertThat(connection.listInstances()).extracting(Instance::name).containsExactly("this");
      }
    }
  }
}
