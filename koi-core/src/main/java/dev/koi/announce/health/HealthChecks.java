package dev.koi.announce.health;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs the checks of a set of targets: on one thread, at most 32 at a time, each with a true
 * deadline. A target is checked at once; until it first passes, again after 0.5 s, 1 s and so on up
 * to its interval; then after each interval. Thread-safe.
 */
public final class HealthChecks implements AutoCloseable {

  private static final int MAX_UNDER_WAY = 32;
  private static final long FIRST_PAUSE = Duration.ofMillis(500).toNanos();

  /** When a target is due, and the pause after that. */
  private record Plan(long due, long pause) {}

  private final Runnable onChange;
  private final Clock clock;
  private final Selector selector;
  private final Thread thread;
  private final Map<HealthTarget, HealthResult> results = new ConcurrentHashMap<>();
  private volatile List<HealthTarget> targets = List.of();
  private volatile boolean closed;

  // The thread's own:
  private final Map<HealthTarget, Plan> plans = new HashMap<>();
  private final List<Probe> underWay = new ArrayList<>();

  /**
   * Starts the thread.
   *
   * @param onChange is run on that thread when an instance may be announced, or not any more; must
   *     not wait
   * @throws UncheckedIOException if the operating system refuses
   */
  public HealthChecks(Runnable onChange, Clock clock) {
    this.onChange = requireNonNull(onChange, "onChange");
    this.clock = requireNonNull(clock, "clock");
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.thread = new Thread(this::run, "koi-announce-health");
    thread.setDaemon(true);
    thread.start();
  }

  /** Replaces the targets. One that stays keeps its result. */
  public void check(Collection<HealthTarget> newTargets) {
    List<HealthTarget> copy = List.copyOf(newTargets);
    if (!copy.equals(targets)) {
      targets = copy;
      selector.wakeup();
    }
  }

  /** Returns the result of a target until now. */
  public HealthResult result(HealthTarget target) {
    return results.getOrDefault(target, HealthResult.none(target));
  }

  private void run() {
    try {
      while (!closed) {
        long now = System.nanoTime();
        follow(now);
        start(now);
        selector.select(Math.max(1, nextTime(now) / 1_000_000));
        for (SelectionKey key : selector.selectedKeys()) {
          advance(key);
        }
        selector.selectedKeys().clear();
        giveUp(System.nanoTime());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the health checks have ended", e);
    } finally {
      underWay.forEach(Probe::close);
    }
  }

  /** Takes over the targets. */
  private void follow(long now) {
    List<HealthTarget> wanted = targets;
    plans.keySet().retainAll(wanted);
    results.keySet().retainAll(wanted);
    for (HealthTarget target : wanted) {
      plans.computeIfAbsent(target, t -> new Plan(now, FIRST_PAUSE));
    }
    underWay.removeIf(
        probe -> {
          boolean gone = !plans.containsKey(probe.target());
          if (gone) {
            probe.close();
          }
          return gone;
        });
  }

  private void start(long now) {
    for (Map.Entry<HealthTarget, Plan> each : plans.entrySet()) {
      HealthTarget target = each.getKey();
      boolean due = each.getValue().due() - now <= 0;
      if (!due || underWay.size() == MAX_UNDER_WAY || isUnderWay(target)) {
        continue;
      }
      try {
        underWay.add(Probe.start(target, now + target.timeout().toNanos(), selector));
      } catch (IOException | RuntimeException e) { // an address that the system does not have
        each.setValue(ended(target, each.getValue(), words(e)));
      }
    }
  }

  private boolean isUnderWay(HealthTarget target) {
    return underWay.stream().anyMatch(probe -> probe.target().equals(target));
  }

  /** The nanoseconds until something is due. */
  private long nextTime(long now) {
    long next = Duration.ofMinutes(1).toNanos();
    for (Probe probe : underWay) {
      next = Math.min(next, probe.deadline() - now);
    }
    if (underWay.size() < MAX_UNDER_WAY) {
      for (Map.Entry<HealthTarget, Plan> each : plans.entrySet()) {
        if (!isUnderWay(each.getKey())) {
          next = Math.min(next, each.getValue().due() - now);
        }
      }
    }
    return next;
  }

  private void advance(SelectionKey key) {
    Probe probe = (Probe) key.attachment();
    try {
      if (key.isValid() && probe.advance(key)) {
        end(probe, "");
      }
    } catch (IOException e) {
      end(probe, words(e));
    }
  }

  private void giveUp(long now) {
    for (Probe probe : List.copyOf(underWay)) {
      if (probe.deadline() - now <= 0) {
        end(probe, "no answer within " + probe.target().timeout().toSeconds() + " s");
      }
    }
  }

  private void end(Probe probe, String problem) {
    probe.close();
    underWay.remove(probe);
    plans.computeIfPresent(probe.target(), (target, plan) -> ended(target, plan, problem));
  }

  private Plan ended(HealthTarget target, Plan plan, String problem) {
    HealthResult old = result(target);
    HealthResult result = old.then(problem, clock.instant());
    results.put(target, result);
    if (old.passing() != result.passing() || !old.problem().equals(problem)) {
      onChange.run();
    }
    long interval = target.interval().toNanos();
    boolean begins = plan.pause() < interval && !result.passing();
    long pause = begins ? plan.pause() : interval;
    return new Plan(System.nanoTime() + pause, Math.min(2 * pause, interval));
  }

  private static String words(Exception e) {
    return e instanceof ConnectException ? "connection refused" : String.valueOf(e.getMessage());
  }

  /** Ends the thread, within a second. Idempotent. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(1000);
      if (!thread.isAlive()) {
        selector.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // it is closed nevertheless
    }
  }
}
