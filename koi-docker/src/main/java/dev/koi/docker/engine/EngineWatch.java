package dev.koi.docker.engine;

import dev.koi.Instance;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.support.HintQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Turns an engine's events into hints.
 *
 * <p>A stream that says nothing may be idle or dead, so a second thread pings the engine on another
 * connection, and replaces the stream when it is old. The old one is read until the next ping after
 * the new one has begun, so that nothing falls between them.
 */
final class EngineWatch implements InstanceWatch {

  /** Within which Podman 4 ends a stream for which it has no log; seen to take 20 ms. */
  private static final Duration WITHOUT_LOG = Duration.ofMillis(200);

  private final EngineHttp http;
  private final EngineIdentity engine;
  private final EngineTimings timings;
  private final NetworkSharers sharers;
  private final Map<String, Instance> lastSeen;
  private final LateLooks later = new LateLooks();
  private final HintQueue pending = new HintQueue();
  private final Object lock = new Object();
  private final Thread keeper;
  private EventStream current; // guarded by lock
  private EventStream retiring; // guarded by lock; null but for the time of an overlap
  private boolean doubtful; // guarded by lock
  private boolean closed; // guarded by lock

  /**
   * Opens one, live on return.
   *
   * @param sharers names the containers that change whenever the given one does
   * @param lastSeen how each container looked when it was last looked at, by id
   */
  static EngineWatch open(
      EngineHttp http,
      EngineIdentity engine,
      EngineTimings timings,
      NetworkSharers sharers,
      Map<String, Instance> lastSeen)
      throws IOException, InterruptedException {
    EngineWatch watch = new EngineWatch(http, engine, timings, sharers, lastSeen);
    try {
      watch.begin();
      return watch;
    } catch (Throwable e) {
      watch.close();
      throw e;
    }
  }

  private EngineWatch(
      EngineHttp http,
      EngineIdentity engine,
      EngineTimings timings,
      NetworkSharers sharers,
      Map<String, Instance> lastSeen) {
    this.http = http;
    this.engine = engine;
    this.timings = timings;
    this.sharers = sharers;
    this.lastSeen = lastSeen;
    keeper = http.threads("heartbeat").newThread(this::keep);
  }

  private void begin() throws IOException, InterruptedException {
    openStream(Pong.of(http, timings.ping()).time());
    if (engine.dialect() == EngineDialect.PODMAN && stream().awaitEnd(WITHOUT_LOG)) {
      throw new IOException(
          "Podman ended its stream of events at once, as Podman 4 does without an event log"
              + " (events_logger = none in containers.conf)");
    }
    keeper.start();
  }

  private EventStream stream() {
    synchronized (lock) {
      return current;
    }
  }

  /** Opens a stream that begins a little before that time of the engine's clock. */
  private void openStream(long time) throws IOException, InterruptedException {
    // A second earlier: the clock is told in whole seconds and may be set back a little.
    EngineRequest request = EngineRequest.events(engine.api(), time == 0 ? 0 : time - 1);
    EventStream stream = new EventStream(http, request, this::read, pending::fail);
    synchronized (lock) {
      if (closed) {
        stream.close();
        throw http.closed(null);
      }
      // Docker sends its headers a little before it subscribes. Without its clock, or another
      // stream that is still read, there is no telling what happened in between.
      doubtful = time == 0 && retiring == null;
      current = stream;
      stream.start();
    }
    if (!stream.awaitLive(timings.headers())) {
      pending.throwIfFailed();
    }
  }

  private void read(EngineEvent event) {
    if (engine.dialect() == EngineDialect.PODMAN) {
      later.read(event);
    }
    if (!tellsKnownHealth(event)) {
      engine.dialect().changedContainer(event).ifPresent(this::hint);
    }
  }

  /** Podman sends an event for each probe, whether anything came of it or not. */
  private boolean tellsKnownHealth(EngineEvent event) {
    Instance seen = lastSeen.get(event.actor());
    return seen != null
        && event.action().equals("health_status")
        && event.health().equals(seen.health().wireName());
  }

  private void hint(String id) {
    pending.add(id);
    for (String guest : sharers.of(id)) {
      if (engine.dialect() == EngineDialect.DOCKER || !later.add(guest)) {
        pending.add(guest);
      }
    }
  }

  private void keep() {
    try {
      long begun = System.nanoTime();
      Duration age = jittered(timings.streamAge());
      while (true) {
        rest();
        Pong pong = Pong.of(http, timings.ping());
        settle();
        if (System.nanoTime() - begun >= age.toNanos()) {
          synchronized (lock) {
            retiring = current;
          }
          openStream(pong.time());
          begun = System.nanoTime();
          age = jittered(timings.streamAge());
        }
      }
    } catch (InterruptedException e) {
      pending.fail(http.closed(e)); // only close() interrupts
    } catch (IOException e) {
      pending.fail(e);
    } catch (Throwable e) { // a watch without a heartbeat must not look alive
      pending.fail(new IOException("the heartbeat of " + http.endpoint().address() + " failed", e));
    }
  }

  /** Waits until the next heartbeat is due; meanwhile hands out what had to wait. */
  private void rest() throws InterruptedException {
    long end = System.nanoTime() + timings.heartbeat().toNanos();
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      later.awaitDue(Duration.ofNanos(left)).forEach(pending::add);
    }
  }

  /** Ends the overlap of two streams; has all looked at if the present one may have missed some. */
  private void settle() {
    synchronized (lock) {
      if (retiring != null) {
        retiring.close();
        retiring = null;
        doubtful = !current.isLive();
      }
      if (doubtful) {
        pending.addEverything();
        doubtful = false;
      }
    }
  }

  private static Duration jittered(Duration duration) {
    return duration.multipliedBy(ThreadLocalRandom.current().nextInt(80, 121)).dividedBy(100);
  }

  @Override
  public ChangeHint take() throws IOException, InterruptedException {
    return pending.take();
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      keeper.interrupt();
      if (current != null) {
        current.close();
      }
      if (retiring != null) {
        retiring.close();
      }
    }
    pending.fail(new IOException("the watch of " + http.endpoint().address() + " is closed"));
  }
}
