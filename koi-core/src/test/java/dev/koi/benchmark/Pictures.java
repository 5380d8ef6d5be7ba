package dev.koi.benchmark;

import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * A process of its own that takes the first picture of an engine again and again: Koi from start to
 * the last Started, then a list with eight threads that inspect, then a list with one.
 */
public final class Pictures {

  private Pictures() {}

  /** Takes the socket, the number of containers, of rounds to warm up and of rounds to measure. */
  public static void main(String[] args) throws Exception {
    Watcher.quiet();
    Path socket = Path.of(args[0]);
    int containers = Integer.parseInt(args[1]);
    int warmUp = Integer.parseInt(args[2]);
    int rounds = warmUp + Integer.parseInt(args[3]);
    for (int round = 0; round < rounds; round++) {
      KoiSubject koi = new KoiSubject();
      long began = System.nanoTime();
      koi.attach(containers, (kind, id, name) -> {});
      long nanos = System.nanoTime() - began;
      koi.detach();
      long eight = time(containers, () -> Floor.picture(socket, 8));
      long one = time(containers, () -> Floor.picture(socket, 1));
      if (round >= warmUp) {
        System.out.println(nanos + " " + eight + " " + one);
      }
    }
    System.exit(0);
  }

  private static long time(int containers, Callable<Integer> floor) throws Exception {
    long began = System.nanoTime();
    int seen = floor.call();
    if (seen != containers) {
      throw new IllegalStateException("the floor saw " + seen + " of " + containers);
    }
    return System.nanoTime() - began;
  }
}
