package dev.koi.docker.watch;

import dev.koi.docker.dialect.EngineEvent;
import dev.koi.docker.dialect.EventReader;
import dev.koi.docker.dialect.SeenContainers;
import dev.koi.docker.instances.EngineIdentity;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.transport.EngineRequest;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.support.HintQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Turns an engine's events into hints.
 *
 * <p>A second thread replaces the stream when it is old. The old one is read for some seconds more,
 * so that nothing falls between them. No event says that a container can be inspected again, so now
 * and then some of those that could not are hinted at.
 */
public final class EngineWatch implements InstanceWatch {

  private final EngineHttp http;
  private final EngineIdentity engine;
  private final EngineTimings timings;
  private final SeenContainers seen;
  private final EventReader events;
  private final Supplier<? extends Collection<String>> uninspected;
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
   * @param seen what is known of the containers that events name
   * @param uninspected returns containers to look at again
   */
  public static EngineWatch open(
      EngineHttp http,
      EngineIdentity engine,
      EngineTimings timings,
      SeenContainers seen,
      Supplier<? extends Collection<String>> uninspected)
      throws IOException, InterruptedException {
    EngineWatch watch = new EngineWatch(http, engine, timings, seen, uninspected);
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
      SeenContainers seen,
      Supplier<? extends Collection<String>> uninspected) {
    this.http = http;
    this.engine = engine;
    this.timings = timings;
    this.uninspected = uninspected;
    this.seen = seen;
    events = engine.dialect().events(seen);
    keeper = http.threads("upkeep").newThread(this::keep);
  }

  private void begin() throws IOException, InterruptedException {
    openStream(engine.time());
    Optional<String> reason = engine.dialect().whyAStreamEndsAtOnce();
    if (reason.isPresent() && stream().awaitEnd(timings.trial())) {
      throw new IOException(
          engine.dialect().product() + " ended its stream of events at once, " + reason.get());
    }
    keeper.start();
  }

  private EventStream stream() {
    synchronized (lock) {
      return current;
    }
  }

  /** Opens a stream that begins a little before that time of the engine's clock; now if it is 0. */
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
    if (event.isEnd()) {
      seen.ended(event.actor());
    }
    events.read(event, pending::add);
  }

  private void keep() {
    try {
      long begun = System.nanoTime();
      Duration age = jittered(timings.streamAge());
      while (true) {
        events.rest(timings.upkeep(), pending::add);
        settle();
        uninspected.get().forEach(pending::add);
        if (System.nanoTime() - begun >= age.toNanos()) {
          synchronized (lock) {
            retiring = current;
          }
          openStream(0);
          begun = System.nanoTime();
          age = jittered(timings.streamAge());
        }
      }
    } catch (InterruptedException e) {
      pending.fail(http.closed(e)); // only close() interrupts
    } catch (IOException e) {
      pending.fail(e);
    } catch (Throwable e) { // a watch whose stream is never renewed must not look alive
      pending.fail(new IOException("the upkeep of " + http.address() + " failed", e));
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
    pending.fail(new IOException("the watch of " + http.address() + " is closed"));
  }
}
