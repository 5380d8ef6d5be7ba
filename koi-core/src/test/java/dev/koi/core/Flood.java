package dev.koi.core;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Gate;
import dev.koi.testkit.memory.InMemoryWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of its own that floods Koi: 10,000 instances, 5,000 changes a second, and a listener
 * that blocks from the first event until the flood is over. Then the listener must come to know
 * what is true, and must have been told nothing wrong. To be run in a small heap.
 */
public final class Flood {

  private static final int INSTANCES = 10_000;
  private static final int CHANGES_A_SECOND = 5_000;

  private Flood() {}

  /**
   * Runs for as many seconds as the first argument says, with as many listeners as the second says,
   * or two; exits with 1 if anything is wrong.
   */
  public static void main(String[] args) throws InterruptedException {
    int seconds = Integer.parseInt(args[0]);
    int others = args.length > 1 ? Integer.parseInt(args[1]) - 1 : 1;
    Gate over = Gate.closed();
    Set<String> known = ConcurrentHashMap.newKeySet();
    try (InMemoryWorld world = InMemoryWorld.open("world");
        Koi koi = koi()) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < INSTANCES; i++) {
        ids.add(world.start("c" + i));
      }
      koi.awaitFirstPicture(Duration.ofMinutes(1));
      koi.subscribe(
          event -> {
            over.pass();
            note(event, known);
          });
      for (int i = 0; i < others; i++) {
        Set<String> present = ConcurrentHashMap.newKeySet();
        koi.subscribe(event -> note(event, present));
      }
      long changes = flood(world, ids, seconds);
      over.open();
      awaitEqual(koi, Set.copyOf(ids), known);
      Runtime heap = Runtime.getRuntime();
      System.out.printf(
          "%d instances, %d changes in %d s, heap %d MB at most: the listener knows what is true%n",
          ids.size(), changes, seconds, heap.maxMemory() >> 20);
    }
  }

  private static Koi koi() {
    return Koi.builder().entry("world", Map.of("type", "in-memory")).only("world").start();
  }

  private static long flood(InMemoryWorld world, List<String> ids, int seconds) {
    Random random = new Random(42);
    long began = System.nanoTime();
    long end = began + Duration.ofSeconds(seconds).toNanos();
    long changes = 0;
    while (System.nanoTime() < end) {
      int which = random.nextInt(ids.size());
      if (random.nextInt(4) == 0) {
        world.stop(ids.get(which));
        ids.set(which, world.start("c" + which));
      } else {
        world.restart(ids.get(which));
      }
      changes++;
      long due = began + changes * 1_000_000_000L / CHANGES_A_SECOND;
      LockSupport.parkNanos(due - System.nanoTime());
    }
    return changes;
  }

  private static void note(RuntimeEvent event, Set<String> known) {
    if (event instanceof RuntimeEvent.Started started) {
      require(known.add(started.instance().id()), event);
    } else if (event instanceof RuntimeEvent.Stopped stopped) {
      require(known.remove(stopped.instance().id()), event);
    }
  }

  private static void require(boolean held, RuntimeEvent event) {
    if (!held) {
      System.err.println("against the grammar: " + event);
      Runtime.getRuntime().halt(1);
    }
  }

  private static void awaitEqual(Koi koi, Set<String> truth, Set<String> known)
      throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!knows(koi, truth, known)) {
      if (System.nanoTime() > end) {
        System.err.println("no rest after the flood: " + koi.status());
        Runtime.getRuntime().halt(1);
      }
      Thread.sleep(50);
    }
  }

  private static boolean knows(Koi koi, Set<String> truth, Set<String> known) {
    Set<String> table = new HashSet<>();
    for (Instance instance : koi.instances()) {
      table.add(instance.id());
    }
    return table.equals(truth) && known.equals(truth);
  }
}
