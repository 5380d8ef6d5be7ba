package dev.koi.testkit.internal;

import static java.util.stream.Collectors.toSet;

import dev.koi.spi.rules.TimedCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * Whether a backend leaves more threads or descriptors each time it is used. Threads are those that
 * the backend's own calls started. Descriptors say nothing of who opened them: they count only if
 * every use leaves at least one.
 */
final class LeakCheck {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int BATCHES = 3;
  private static final int ROUNDS = 4;

  private final Trial trial;
  private final Supplier<Set<String>> held;
  private final int fewest; // what each batch must leave to be a leak

  private LeakCheck(Trial trial, Supplier<Set<String>> held, int fewest) {
    this.trial = trial;
    this.held = held;
    this.fewest = fewest;
  }

  /** Fails if each batch of rounds leaves a thread that the backend started. */
  static void requireNoThread(Trial trial, Action round) throws Exception {
    Set<String> before = TimedCalls.otherThreads();
    new LeakCheck(trial, () -> trial.calls().startedThreads(), 1).run(round);
    Set<String> others = TimedCalls.otherThreads();
    others.removeAll(before);
    if (!others.isEmpty()) {
      trial.note("not counted, as nothing shows that the backend started them: " + others);
    }
  }

  /** Fails if each round leaves a descriptor. */
  static void requireNoDescriptor(Trial trial, Action round) throws Exception {
    new LeakCheck(trial, LeakCheck::descriptors, ROUNDS).run(round);
  }

  private static Set<String> descriptors() {
    try (Stream<Path> entries = Files.list(DESCRIPTORS)) {
      return entries
          .map(LeakCheck::descriptor)
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

  /** A pool or a class loader takes something once; a leak grows with each batch. */
  private void run(Action round) throws Exception {
    List<Set<String>> left = new ArrayList<>();
    for (int batch = 1; batch <= BATCHES; batch++) {
      Set<String> before = held.get();
      for (int i = 0; i < ROUNDS; i++) {
        round.run();
      }
      WaitTimes times = trial.times();
      left.add(leftSince(before, batch == BATCHES ? times.second() : times.quiet()));
      if (left.get(batch - 1).size() < fewest) {
        return;
      }
    }
    Set<String> now = held.get();
    left.forEach(it -> it.retainAll(now));
    if (left.stream().allMatch(it -> it.size() >= fewest)) {
      throw new AssertionError(
          "%d times, %d rounds left more than before, lastly %s"
              .formatted(BATCHES, ROUNDS, left.get(BATCHES - 1)));
    }
  }

  private Set<String> leftSince(Set<String> before, Duration grace) throws InterruptedException {
    long end = System.nanoTime() + grace.toNanos();
    while (true) {
      Set<String> left = held.get();
      left.removeAll(before);
      if (left.size() < fewest || System.nanoTime() > end) {
        return left;
      }
      Thread.sleep(5); // nothing signals that another's thread has ended
    }
  }
}
