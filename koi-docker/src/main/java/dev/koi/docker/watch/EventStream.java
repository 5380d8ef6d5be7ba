package dev.koi.docker.watch;

import dev.koi.docker.dialect.EngineEvent;
import dev.koi.docker.json.Json;
import dev.koi.docker.transport.EngineAnswer;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.transport.EngineRequest;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One {@code GET /events}, read on a thread of its own until it ends. The reader must never wait: a
 * subscriber that does not read slows all of Docker down and then loses events.
 */
final class EventStream implements AutoCloseable {

  /** Docker's events repeat all labels. */
  private static final long MAX_EVENT = 32 << 20; // characters

  /** Twenty times what an engine sends that starts and stops containers all the time. */
  private static final long FLOOD = 128 << 20; // characters

  private static final Duration FLOOD_TIME = Duration.ofSeconds(10);

  private final EngineHttp http;
  private final Consumer<EngineEvent> events;
  private final Consumer<IOException> end;
  private final EngineHttp.Exchange<IOException> exchange;
  private final Thread reader;
  private final CountDownLatch settled = new CountDownLatch(1);
  private volatile boolean live;
  private volatile boolean closed;

  /**
   * Makes one; {@link #start} begins to read.
   *
   * @param events takes each event, on the reader's thread
   * @param end takes the reason why the stream has ended, unless it was closed
   */
  EventStream(
      EngineHttp http,
      EngineRequest request,
      Consumer<EngineEvent> events,
      Consumer<IOException> end) {
    this.http = http;
    this.events = events;
    this.end = end;
    exchange = http.exchange(request, this::readAll);
    reader = http.threads("events").newThread(this::read);
  }

  void start() {
    reader.start();
  }

  /** Waits for the headers of a good answer, or for the end; returns whether it {@link #isLive}. */
  boolean awaitLive(Duration patience) throws InterruptedException {
    settled.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    return live;
  }

  /** Waits for the end, and returns whether it has come. */
  boolean awaitEnd(Duration patience) throws InterruptedException {
    reader.join(patience.toMillis());
    return !reader.isAlive();
  }

  /** Returns whether the engine has taken the subscription, however it may have ended. */
  boolean isLive() {
    return live;
  }

  private void read() {
    IOException failure;
    try {
      failure = exchange.run();
    } catch (IOException e) {
      failure = e;
    } catch (Throwable e) { // without its reader a watch would be silent for ever
      failure = new IOException("reading the events of " + http.address() + " failed: " + e, e);
    }
    if (!closed) {
      end.accept(failure);
    }
    settled.countDown();
  }

  private IOException readAll(EngineAnswer answer) throws IOException {
    live = true;
    settled.countDown();
    Json json = answer.json(MAX_EVENT);
    long began = System.nanoTime();
    long before = 0;
    while (json.next()) {
      events.accept(EngineEvent.read(json));
      if (System.nanoTime() - began > FLOOD_TIME.toNanos()) {
        began = System.nanoTime();
        before = json.length();
      } else if (json.length() - before > FLOOD) {
        return new IOException(
            "the engine at "
                + http.address()
                + " floods Koi with events: more than "
                + (FLOOD >> 20)
                + " MiB in "
                + FLOOD_TIME.toSeconds()
                + " s");
      }
    }
    return new EOFException("the engine at " + http.address() + " has ended its stream of events");
  }

  /** Ends it, in any state. */
  @Override
  public void close() {
    closed = true;
    exchange.close();
  }
}
