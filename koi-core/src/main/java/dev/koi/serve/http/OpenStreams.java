package dev.koi.serve.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The open event streams: at most a limit, and each gets a goodbye before the server ends.
 * Thread-safe.
 */
public final class OpenStreams {

  /** The error of a stream that is refused because there are too many. */
  public static final String TOO_MANY = "too_many_streams";

  private final int max;
  private final Object lock = new Object();
  private final Set<Stream> open = new LinkedHashSet<>(); // guarded by lock
  private boolean ended; // guarded by lock

  /** An open event stream. */
  public interface Stream {
    /**
     * Says goodbye to the client, completes the answer, and then has it {@link #remove removed}.
     * Returns soon, without waiting for the client.
     */
    void end();
  }

  /** Allows at most that many streams. */
  public OpenStreams(int max) {
    this.max = max;
  }

  /**
   * Adds a stream before its answer begins.
   *
   * @throws RefusedException if there are too many, or the server ends
   */
  public void add(Stream stream) throws RefusedException {
    synchronized (lock) {
      requireRoom();
      open.add(stream);
    }
  }

  /**
   * Does nothing if a stream could be added now, so that a refusal costs little.
   *
   * @throws RefusedException as {@link #add} would
   */
  public void requireRoom() throws RefusedException {
    synchronized (lock) {
      if (ended) {
        throw new RefusedException(503, "unavailable", "this server ends");
      } else if (open.size() >= max) {
        throw new RefusedException(
            503,
            TOO_MANY,
            "there are " + max + " event streams already, as koi.serve.max-streams allows");
      }
    }
  }

  /** Removes a stream, which has ended; nothing happens if it was removed before. */
  public void remove(Stream stream) {
    synchronized (lock) {
      open.remove(stream);
      lock.notifyAll();
    }
  }

  /** Returns how many streams are open. */
  public int count() {
    synchronized (lock) {
      return open.size();
    }
  }

  /** Ends all streams and admits no others; waits so long for them at most. */
  public void end(Duration patience) throws InterruptedException {
    List<Stream> all;
    synchronized (lock) {
      ended = true;
      all = new ArrayList<>(open);
    }
    all.forEach(Stream::end);
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (lock) {
      for (long left = 1; !open.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(lock, left);
      }
    }
  }
}
