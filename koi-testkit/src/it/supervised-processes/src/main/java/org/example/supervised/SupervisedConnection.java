package org.example.supervised;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeInfo;
import dev.koi.spi.support.BasicConnection;
import dev.koi.spi.support.PollingWatch;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A directory that was there when it was connected to. Thread-safe. */
final class SupervisedConnection extends BasicConnection {

  private static final Duration POLL = Duration.ofMillis(500);

  private final Path directory;
  private final String entry;

  SupervisedConnection(Path directory, String entry) {
    super(new RuntimeInfo("Supervised processes", "", "", directory.toUri().toString()));
    this.directory = directory;
    this.entry = entry;
  }

  @Override
  protected List<Instance> list() throws IOException {
    List<Instance> list = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Optional<ProcessFile> process = ProcessFile.read(file);
        if (process.isPresent()) {
          list.add(process.get().instance(entry));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (!Files.isDirectory(directory)) { // lost while it was read, and the list not whole (L-3)
      throw new NoSuchFileException(directory.toString());
    }
    return list;
  }

  @Override
  protected InstanceWatch openWatch() {
    return new PollingWatch(POLL, this::listInstances); // no event says that a process has ended
  }
}
