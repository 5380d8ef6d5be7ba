package org.example.supervised;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Tells of files that change, and of processes that end. Files are the operating system's to tell;
 * whether processes live is looked at ten times a second, as {@code ProcessHandle.onExit} would keep
 * a thread for each until it ends, long after this is closed.
 */
final class SupervisedWatch implements InstanceWatch {

  private final Path directory;
  private final WatchService files;
  private final Map<String, ProcessHandle> alive = new HashMap<>(); // the reader's own
  private final Queue<ChangeHint> hints = new ArrayDeque<>(); // the reader's own
  private volatile String end; // why nothing more comes, null while it may

  SupervisedWatch(Path directory, SupervisedConnection connection) throws IOException {
    this.directory = directory;
    this.files = directory.getFileSystem().newWatchService();
    try {
      directory.register(files, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
      connection.processes().forEach((id, file) -> alive.put(id, file.process()));
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  @Override
  public ChangeHint take() throws IOException, InterruptedException {
    while (true) {
      if (end != null) {
        throw new IOException(end);
      }
      if (!hints.isEmpty()) {
        return hints.remove();
      }
      try {
        WatchKey key = files.poll(100, TimeUnit.MILLISECONDS);
        if (key != null) {
          tellOfFiles(key);
        }
        tellOfEnds();
      } catch (ClosedWatchServiceException e) {
        close();
      }
    }
  }

  private void tellOfFiles(WatchKey key) {
    for (WatchEvent<?> event : key.pollEvents()) {
      if (event.kind() == OVERFLOW) {
        hints.add(ChangeHint.everything());
      } else {
        Path file = directory.resolve((Path) event.context());
        ProcessFile.id(file).ifPresent(id -> tellOfFile(id, file));
      }
    }
    if (!key.reset()) {
      end = "the directory " + directory + " was lost";
    }
  }

  private void tellOfFile(String id, Path file) {
    hints.add(ChangeHint.instance(id));
    try {
      ProcessFile.read(file)
          .ifPresentOrElse(now -> alive.put(id, now.process()), () -> alive.remove(id));
    } catch (IOException e) {
      alive.remove(id); // whoever follows the hint meets the same failure, and tells it
    }
  }

  private void tellOfEnds() {
    alive
        .entrySet()
        .removeIf(
            entry -> !entry.getValue().isAlive() && hints.add(ChangeHint.instance(entry.getKey())));
  }

  @Override
  public void close() {
    if (end == null) {
      end = "the watch on " + directory + " is closed";
    }
    try {
      files.close();
    } catch (IOException e) {
      // nothing is left to be done about it
    }
  }
}
