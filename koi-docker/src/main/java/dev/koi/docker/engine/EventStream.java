package dev.koi.docker.engine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hc.core5.http.MessageHeaders;

/**
 * One {@code GET /events}, read on a thread of its own until it ends. The reader must never wait: a
 * subscriber that does not read slows all of Docker down and then loses events.
 */
final class EventStream implements AutoCloseable {

  private final EngineHttp http;
  private final EngineRequest request;
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
   * @param events told of each event, on the reader's thread
   * @param end told why it has ended, unless it was closed
   */
  EventStream(
      EngineHttp http,
      EngineRequest request,
      Consumer<EngineEvent> events,
      Consumer<IOException> end) {
    this.http = http;
    this.request = request;
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
      failure = exchange.call();
    } catch (Throwable e) { // also an Error, which would otherwise leave a watch that is silent
      failure = http.failure(request, e);
    }
    if (!closed) {
      end.accept(failure);
    }
    settled.countDown();
  }

  private IOException readAll(MessageHeaders head, InputStream body) throws IOException {
    live = true;
    settled.countDown();
    JsonParser parser = Json.stream(body);
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token == JsonToken.START_OBJECT) {
        events.accept(EngineEvent.read(parser));
      } else {
        parser.skipChildren();
      }
    }
    return new EOFException(
        "the engine at " + http.endpoint().address() + " has ended its stream of events");
  }

  /** Ends it, in any state. */
  @Override
  public void close() {
    closed = true;
    exchange.abort();
    reader.interrupt(); // it may not be connected yet
  }
}
