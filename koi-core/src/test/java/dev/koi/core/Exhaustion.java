package dev.koi.core;

import dev.koi.core.dispatch.Gate;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.status.BackendActivity;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of its own that watches an engine, and takes every descriptor or thread it may have
 * when it is told to. It repeats what it is told by Koi, a line each.
 */
public final class Exhaustion {

  private Exhaustion() {}

  /**
   * Is given the engine's host, and then by its input "descriptors" or "threads", and "release".
   */
  public static void main(String[] args) throws Exception {
    Gate release = Gate.closed();
    try (Koi koi = koi(args[0]);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      koi.subscribe(event -> System.out.println(Grammar.text(event)));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("release")) {
          System.out.println("failures: " + failures(koi));
          release.open();
        } else {
          CountDownLatch taken = new CountDownLatch(1);
          Taking what = line.equals("threads") ? () -> parked(release) : Exhaustion::opened;
          new Thread(() -> takeAll(what, taken, release)).start();
          taken.await();
          System.out.println("taken");
        }
      }
    }
  }

  /** Takes one of something. */
  private interface Taking {
    Closeable take() throws IOException;
  }

  private static Closeable opened() throws IOException {
    return new FileInputStream("/dev/null");
  }

  private static Closeable parked(Gate release) {
    Thread thread = new Thread(release::pass);
    thread.start();
    return () -> {};
  }

  /** Takes all there is, and what comes free, until the release. */
  private static void takeAll(Taking what, CountDownLatch taken, Gate release) {
    List<Closeable> held = new ArrayList<>();
    while (!release.isOpen()) {
      try {
        held.add(what.take());
      } catch (IOException | OutOfMemoryError e) {
        taken.countDown();
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
    }
    for (Closeable one : held) {
      try {
        one.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static long failures(Koi koi) {
    BackendActivity activity = koi.status().backends().get(0).activity();
    return activity.errors().values().stream().mapToLong(Long::longValue).sum();
  }

  private static Koi koi(String host) {
    return Koi.builder()
        .entry("engine", Map.of("type", "docker", "host", host))
        .set("koi.timing.backoff-max", "2s")
        .set("koi.timing.disconnect-grace", "200ms")
        .set("koi.timing.resync", "2s")
        .only("engine")
        .start();
  }
}
