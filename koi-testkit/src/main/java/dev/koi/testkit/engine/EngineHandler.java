package dev.koi.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Sends answers and event streams, each on the thread that took the request. */
final class EngineHandler extends Handler.Abstract {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int CHUNKED_FROM = 2048; // as Go's net/http does
  private static final int PIECE = 1 << 20;
  private static final int BATCH = 1 << 14;

  /** How long a client may take to read what is being sent when the engine ends. */
  private static final long LAST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final SimulatedEngine engine;
  private final AtomicInteger sending = new AtomicInteger(); // answers that no fault holds back

  EngineHandler(SimulatedEngine engine) {
    this.engine = engine;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = String.valueOf(request.getHttpURI().getDecodedPath());
    String query = request.getHttpURI().getQuery();
    String method = request.getMethod();
    ReceivedRequest received =
        new ReceivedRequest(
            Answers.endpoint(method, path), method, path, query == null ? "" : query);
    Map<String, String> parameters = new TreeMap<>();
    Request.extractQueryParameters(request).forEach(p -> parameters.put(p.getName(), p.getValue()));
    Reply reply = engine.answer(received, parameters);
    EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
    response.setStatus(reply.status);
    response.getHeaders().put("Date", DATE.format(engine.clock.instant()));
    reply.headers.forEach(response.getHeaders()::put); // null removes
    boolean held = reply.heldBy != null;
    if (!held) {
      sending.incrementAndGet();
    }
    try {
      if (held) {
        reply.heldBy.await(reply.delay.toMillis());
      }
      if (reply.cut) {
        connection.close();
      } else if (!reply.rawHead.isEmpty()) {
        send(reply, bytes -> write(connection, bytes));
        connection.close();
      } else if (reply.repetition != null) {
        send(reply, bytes -> write(response, bytes));
      } else if (reply.events != null && reply.status == 200) {
        stream(reply, response, connection);
      } else if (method.equals("HEAD")) {
        response.getHeaders().put("Content-Length", 0);
      } else {
        send(reply, response, connection);
      }
      callback.succeeded();
    } catch (IOException | InterruptedException e) {
      if (reply.repetition != null) {
        connection.close(); // no answer that has begun is well ended
      }
      callback.failed(e); // the client or the engine has gone
    } finally {
      if (!held) {
        sending.decrementAndGet();
      }
    }
    return true;
  }

  /** Waits for the answers that are being sent: Jetty's stop can hang if one ends meanwhile. */
  void awaitSent() throws InterruptedException {
    long end = System.nanoTime() + LAST_NANOS;
    while (sending.get() > 0 && end - System.nanoTime() > 0) {
      Thread.sleep(1);
    }
  }

  private void send(Reply reply, Response response, EndPoint connection) throws IOException {
    long length = reply.body.length + reply.padding;
    if (length < CHUNKED_FROM) {
      response.getHeaders().put("Content-Length", length);
    }
    int first = (int) Math.min(reply.body.length, reply.truncateAt);
    write(response, ByteBuffer.wrap(reply.body, 0, first));
    byte[] blanks = " ".repeat((int) Math.min(PIECE, reply.padding)).getBytes(UTF_8);
    for (long left = Math.min(length, reply.truncateAt) - first; left > 0; left -= PIECE) {
      write(response, ByteBuffer.wrap(blanks, 0, (int) Math.min(PIECE, left)));
    }
    if (reply.truncateAt < length) {
      connection.close();
    }
  }

  /** Where the bytes of an answer go; returns when they have been taken. */
  private interface Sink {
    void write(ByteBuffer bytes) throws IOException;
  }

  /** Sends a body of any length, in pieces that are made meanwhile. */
  private static void send(Reply reply, Sink sink) throws IOException, InterruptedException {
    sink.write(UTF_8.encode(reply.rawHead));
    sink.write(ByteBuffer.wrap(reply.body));
    Reply.Repetition repetition = reply.repetition;
    if (repetition == null) {
      return;
    }
    StringBuilder batch = new StringBuilder();
    for (long number = 0; number < repetition.times(); number++) {
      if (reply.repeatedBy.isLifted()) {
        throw new EofException("the fault is lifted");
      }
      batch.append(repetition.piece().apply(number));
      if (batch.length() >= BATCH || !repetition.pause().isZero()) {
        Thread.sleep(repetition.pause().toMillis());
        sink.write(UTF_8.encode(batch.toString()));
        batch.setLength(0);
      }
    }
    sink.write(UTF_8.encode(batch + repetition.last()));
  }

  /** One chunk for each event, as every engine does. */
  private void stream(Reply reply, Response response, EndPoint connection)
      throws IOException, InterruptedException {
    Reply.EventSpan span = reply.events;
    if (!reply.headersHeld) {
      write(response, ByteBuffer.allocate(0));
    }
    reply.beforeSubscribing.run();
    try (EventLog.Subscription subscription =
        engine.events().subscribe(span.filters(), span.since())) {
      // Nobody reads from a connection during an answer, so ask to hear of the client's leaving.
      connection.tryFillInterested(Callback.from(subscription::close));
      SentEvent event = subscription.take();
      while (!event.equals(SentEvent.END)) {
        for (String text : engine.faults().apply(event.json())) {
          write(response, ByteBuffer.wrap((text + "\n").getBytes(UTF_8)));
        }
        event = subscription.take();
      }
      connection.close();
    }
  }

  private static void write(Response response, ByteBuffer bytes) throws IOException {
    Content.Sink.write(response, false, bytes);
  }

  private static void write(EndPoint connection, ByteBuffer bytes) throws IOException {
    Callback.Completable written = new Callback.Completable();
    connection.write(written, bytes);
    try {
      written.get();
    } catch (ExecutionException e) {
      throw new EofException("the client has left", e.getCause()); // Jetty logs others
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the engine ends", e);
    }
  }
}
