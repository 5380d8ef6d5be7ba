package dev.koi.testkit;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** What this process holds, to see whether some code leaves more of it each time it runs. */
final class Footprint {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int BATCHES = 3;
  private static final int ROUNDS = 4;

  private Footprint() {}

  /** Returns the threads that are alive, without the kit's own. */
  static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.getName().startsWith(Guard.THREAD))
        .map(thread -> "thread \"%s\" (%d)".formatted(thread.getName(), thread.hashCode()))
        .collect(toSet());
  }

  /** Returns the open descriptors. */
  static Set<String> descriptors() {
    try (Stream<Path> entries = Files.list(DESCRIPTORS)) {
      return entries
          .map(Footprint::descriptor)
          .filter(descriptor -> !descriptor.endsWith("/fd")) // this listing's own
          .collect(toSet());
    } catch (IOException e) {
      throw new TestAbortedException("descriptors are counted in " + DESCRIPTORS + " only", e);
    }
  }

  private static String descriptor(Path entry) {
    try {
      return "descriptor %s -> %s".formatted(entry.getFileName(), Files.readSymbolicLink(entry));
    } catch (IOException e) {
      return "descriptor " + entry.getFileName(); // closed since it was listed
    }
  }

  /**
   * Runs something in batches and requires that at least one batch leaves nothing: what a pool or a
   * class loader takes once is no leak, what grows each time is.
   */
  static void requireSteady(Supplier<Set<String>> held, Timing timing, Action round)
      throws Exception {
    Set<String> left = Set.of();
    for (int batch = 1; batch <= BATCHES; batch++) {
      Set<String> before = held.get();
      for (int i = 0; i < ROUNDS; i++) {
        round.run();
      }
      left = leftAfter(before, held, batch == BATCHES ? timing.second() : timing.quiet());
      if (left.isEmpty()) {
        return;
      }
    }
    throw new AssertionError(
        "%d rounds left %d more than before, and so did the rounds before them: %s"
            .formatted(ROUNDS, left.size(), left));
  }

  private static Set<String> leftAfter(
      Set<String> before, Supplier<Set<String>> held, Duration grace) throws InterruptedException {
    long end = System.nanoTime() + grace.toNanos();
    while (true) {
      Set<String> now = held.get();
      Set<String> left = new HashSet<>(now);
      left.removeAll(before);
      if (now.size() <= before.size()) {
        return Set.of();
      }
      if (System.nanoTime() > end) {
        return left;
      }
      Thread.sleep(5); // nothing signals the end of a thread of somebody else's
    }
  }
}
