package dev.koi.serve.stream;

import static java.util.Objects.requireNonNull;

import dev.koi.core.Koi;
import dev.koi.core.ListenerOptions;
import dev.koi.core.Subscription;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.KoiStatus;
import dev.koi.serve.http.Answers;
import dev.koi.serve.http.InstanceQuery;
import dev.koi.serve.http.OpenStreams;
import dev.koi.serve.http.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The route of the event stream. It is one listener of Koi, however many clients there are.
 *
 * <p>One thread begins the writes of all clients, and none of them blocks it. It writes a change at
 * once if there was none just before; else, in {@link #PACE}, many changes share one write.
 */
public final class EventStreams implements Request.Handler, AutoCloseable {

  private static final Duration PACE = Duration.ofMillis(20);
  private static final Duration SEARCH = Duration.ofMillis(100); // for clients that are gone
  private static final int SEARCHES = 5;
  private static final int CHANGES = 4_096; // that the journal remembers
  private static final int BYTES = 4 << 20; // of their frames
  private static final int RETRY =
      2_000; // ms, and up to half as much more, that not all come at once

  private final Koi koi;
  private final List<String> backends;
  private final OpenStreams open;
  private final Duration heartbeat;
  private final Journal journal;
  private final Random random = new Random(); // thread-safe
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private final AtomicLong cut = new AtomicLong();
  private final AtomicBoolean flushing = new AtomicBoolean(); // a round is scheduled
  private final ScheduledThreadPoolExecutor thread;
  private final Subscription subscription;
  private final Thread firstPicture;
  private volatile long lastRound = System.nanoTime() - PACE.toNanos();

  /**
   * Begins to listen to Koi.
   *
   * @param backends the names of all entries of the configuration
   * @param open counts the streams, and ends them
   * @param heartbeat the time between two pings of a stream; less than proxies allow, and than the
   *     45 s after which the page connects again
   */
  public EventStreams(Koi koi, List<String> backends, OpenStreams open, Duration heartbeat) {
    this.koi = koi;
    this.backends = List.copyOf(backends);
    this.open = requireNonNull(open, "open");
    this.heartbeat = heartbeat;
    // The numbers grow over restarts: there is less than one change in a microsecond.
    this.journal =
        new Journal(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()), CHANGES, BYTES);
    this.thread = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "koi-serve-streams"));
    thread.setRemoveOnCancelPolicy(true);
    thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // after close()
    this.firstPicture = daemon(this::awaitFirstPicture, "koi-serve-first-picture");
    this.subscription =
        koi.subscribe(
            ListenerOptions.named("koi-serve"),
            event -> {
              journal.accept(event);
              flushSoon();
            });
    firstPicture.start();
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Not the listener's affair: an entry may be given up without any event. */
  private void awaitFirstPicture() {
    try {
      if (koi.awaitFirstPicture(Duration.ofDays(365))) {
        KoiStatus status = koi.status();
        journal.completeWith(
            names(status, Set.of(BackendState.CONNECTED)),
            names(status, Set.of(BackendState.UNAVAILABLE, BackendState.FAILED)));
        flushSoon();
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private static List<String> names(KoiStatus status, Set<BackendState> states) {
    return status.backends().stream()
        .filter(backend -> states.contains(backend.state()))
        .map(BackendStatus::name)
        .toList();
  }

  /** Returns how many clients have been cut because they took nothing. */
  public long cut() {
    return cut.get();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback)
      throws RefusedException {
    InstanceQuery query = InstanceQuery.of(request, backends);
    if (HttpMethod.HEAD.is(request.getMethod())) {
      putHead(response);
      response.write(false, null, callback); // not the last: the stream has no Content-Length
    } else {
      begin(request, response, callback, query, SEARCHES);
    }
    return true;
  }

  private static void putHead(Response response) {
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
    response.getHeaders().put("X-Accel-Buffering", "no"); // else nginx keeps the events
  }

  /**
   * Begins a stream. If there are too many, it looks for clients that are gone: only a write shows
   * that, and mostly the second one, because the first is what the client's machine objects to.
   */
  private void begin(
      Request request, Response response, Callback callback, InstanceQuery query, int searches) {
    try {
      begin(request, response, callback, query);
    } catch (RefusedException e) {
      if (searches == 0 || !e.error().equals(OpenStreams.TOO_MANY)) {
        Answers.error(response, callback, e);
        return;
      }
      streams.forEach(EventStream::ping);
      thread.schedule(
          () -> begin(request, response, callback, query, searches - 1),
          SEARCH.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  private void begin(Request request, Response response, Callback callback, InstanceQuery query)
      throws RefusedException {
    open.requireRoom(); // before the picture is made
    Journal.Opened opened = journal.open(lastId(request), query);
    // Read afterwards, so that the status is not older than the changes that follow.
    byte[] hello =
        Frames.hello(
            RETRY + random.nextInt(RETRY / 2),
            opened.resumed(),
            opened.instances(),
            koi.status().backends().stream().map(BackendStatus::toMap).toList());
    EventStream stream = new EventStream(response, callback, opened.mailbox(), hello, this);
    try {
      open.add(stream);
    } catch (RefusedException e) {
      journal.close(opened.mailbox());
      throw e;
    }
    putHead(response);
    streams.add(stream);
    schedulePing(stream);
    stream.flush();
  }

  private static OptionalLong lastId(Request request) {
    String id = request.getHeaders().get("Last-Event-ID");
    return id != null && id.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(id))
        : OptionalLong.empty();
  }

  private void schedulePing(EventStream stream) {
    thread.schedule(
        () -> {
          if (streams.contains(stream)) {
            stream.ping();
            schedulePing(stream);
          }
        },
        heartbeat.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  /** Has all streams written soon. */
  void flushSoon() {
    if (flushing.compareAndSet(false, true)) {
      long wait = lastRound + PACE.toNanos() - System.nanoTime();
      thread.schedule(this::flush, wait, TimeUnit.NANOSECONDS);
    }
  }

  private void flush() {
    lastRound = System.nanoTime();
    flushing.set(false); // a change from now on may have missed this round
    streams.forEach(EventStream::flush);
  }

  /** Forgets a stream, which has ended. */
  void ended(EventStream stream, boolean wasCut) {
    if (wasCut) {
      cut.incrementAndGet();
    }
    streams.remove(stream);
    journal.close(stream.mailbox());
    open.remove(stream);
  }

  /** Stops to listen; to be called when all streams have ended. */
  @Override
  public void close() {
    subscription.close();
    firstPicture.interrupt();
    thread.shutdownNow();
  }
}
