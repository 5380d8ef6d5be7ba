package dev.koi.docker.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What connections leave behind in this process: threads and descriptors. */
public final class EngineTraces {

  static {
    try {
      SocketChannel.open().close(); // Java keeps a socket of its own from the first channel on
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EngineTraces() {}

  /** Waits until no thread of that backend's connections runs. */
  public static void awaitNone(String backend) {
    await().atMost(60, SECONDS).until(() -> threads(backend), List::isEmpty);
  }

  private static List<String> threads(String backend) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("koi-") && name.endsWith("-" + backend))
        .toList();
  }

  /** Returns how many sockets this process holds. */
  public static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(EngineTraces::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  /** Waits until this process holds no more sockets than that. */
  public static void awaitDescriptors(long before) {
    await().atMost(60, SECONDS).until(EngineTraces::descriptors, now -> now <= before);
  }
}
