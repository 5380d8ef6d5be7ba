package org.example.supervised;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Watches processes that a supervisor describes in a directory, which the key {@code directory}
 * names: one file {@code <id>.properties} for each, see {@link ProcessFile}.
 */
public final class SupervisedBackend implements RuntimeBackend {

  @Override
  public String name() {
    return "supervised";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    Path directory = config.path("directory").orElse(Path.of("/run/supervised"));
    if (!directory.isAbsolute()) {
      throw config.invalid("directory", "must be an absolute path");
    }
    if (!Files.exists(directory)) {
      throw new BackendUnavailableException(
          "no directory " + directory + "; does the supervisor run?");
    }
    RuntimeConnection connection = new SupervisedConnection(directory, config.name());
    var unused = connection.listInstances(); // it answers, or fails here and now
    return connection;
  }
}
