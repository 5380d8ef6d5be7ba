package dev.koi.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
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

  private final SimulatedEngine engine;

  EngineHandler(SimulatedEngine engine) {
    this.engine = engine;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getPath();
    String query = request.getHttpURI().getQuery();
    EngineRequest received =
        new EngineRequest(
            Answers.endpoint(request.getMethod(), path),
            request.getMethod(),
            path,
            query == null ? "" : query);
    Map<String, String> parameters = new TreeMap<>();
    Request.extractQueryParameters(request).forEach(p -> parameters.put(p.getName(), p.getValue()));
    Reply reply = engine.answer(received, parameters);
    EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
    response.setStatus(reply.status);
    reply.headers.putIfAbsent("Date", DATE.format(engine.clock.instant()));
    reply.headers.forEach(response.getHeaders()::put);
    try {
      if (reply.stream != null && reply.status == 200) {
        stream(reply, response, connection);
      } else {
        if (reply.body.length < CHUNKED_FROM) {
          response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.body.length);
        }
        Content.Sink.write(response, true, ByteBuffer.wrap(reply.body));
      }
      callback.succeeded();
    } catch (IOException e) {
      callback.failed(e); // the client has gone
    }
    return true;
  }

  private void stream(Reply reply, Response response, EndPoint connection)
      throws IOException, InterruptedException {
    EventLog log = engine.events();
    EventSpan span = reply.stream;
    Content.Sink.write(response, false, ByteBuffer.allocate(0));
    EventSubscription subscription =
        log.subscribe(span.filters(), span.replays() ? span.since() : Long.MAX_VALUE);
    // Nobody reads from a connection during an answer, so ask to hear of the client's leaving.
    connection.tryFillInterested(Callback.from(subscription::end));
    try {
      while (true) {
        List<EngineEvent> events = subscription.take(TimeUnit.DAYS.toNanos(1));
        if (events.isEmpty()) {
          connection.close();
          return;
        }
        for (EngineEvent event : events) {
          byte[] line = (event.json() + "\n").getBytes(UTF_8);
          Content.Sink.write(response, false, ByteBuffer.wrap(line));
        }
      }
    } finally {
      log.unsubscribe(subscription);
    }
  }
}
