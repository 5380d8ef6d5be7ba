package org.example.supervised;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A directory that was there when it was connected to. Thread-safe. */
final class SupervisedConnection implements RuntimeConnection {

  private final Path directory;
  private final String entry;
  private final Object lock = new Object();
  private SupervisedWatch watch; // guarded by lock
  private volatile boolean closed;

  private SupervisedConnection(Path directory, String entry) {
    this.directory = directory;
    this.entry = entry;
  }

  static SupervisedConnection to(Path directory, String entry) throws IOException {
    SupervisedConnection connection = new SupervisedConnection(directory, entry);
    connection.processes(); // it answers, or fails here and now
    return connection;
  }

  @Override
  public RuntimeInfo runtime() {
    return new RuntimeInfo("Supervised processes", "", "", directory.toUri().toString());
  }

  @Override
  public List<Instance> listInstances() throws IOException {
    List<Instance> list = new ArrayList<>();
    for (ProcessFile file : processes().values()) {
      list.add(file.instance(entry));
    }
    return List.copyOf(list);
  }

  /** Returns what is alive now, by id. */
  Map<String, ProcessFile> processes() throws IOException {
    requireOpen();
    Map<String, ProcessFile> processes = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        ProcessFile.read(file).ifPresent(process -> processes.put(process.id(), process));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (!Files.isDirectory(directory)) { // lost while it was read, and the list not whole (L-3)
      throw new NoSuchFileException(directory.toString());
    }
    return processes;
  }

  @Override
  public InstanceWatch watch() throws IOException {
    requireOpen();
    synchronized (lock) {
      if (watch != null) {
        throw new IllegalStateException("there is a watch on " + directory + " already");
      }
      watch = new SupervisedWatch(directory, this);
      if (closed) {
        watch.close();
      }
      return watch;
    }
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the connection to " + directory + " is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    synchronized (lock) {
      if (watch != null) {
        watch.close();
      }
    }
  }
}
