package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.PemDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.MessageHeaders;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.protocol.HttpCoreContext;

/**
 * Requests to one engine, each with a deadline. Nothing bounds the time of a read from a unix
 * socket, so a call runs on a thread of its own, and whoever waits for it gives up and aborts it,
 * which closes its connection. Safe for use by several threads.
 */
final class EngineHttp implements AutoCloseable {

  private static final int MAX_IDLE_LINKS = 4;
  private static final int MAX_ERROR_BODY = 16 << 10;
  private static final int MAX_ERROR_TEXT = 200;

  private final EngineEndpoint endpoint;
  private final String backend;
  private final Duration connectTimeout;
  private final SSLContext tls; // null for none
  private final ExecutorService calls;
  private final Set<EngineLink> links = ConcurrentHashMap.newKeySet(); // idle or in use
  private final Deque<EngineLink> idle = new ConcurrentLinkedDeque<>();

  /** Turns a good answer into what the caller wants. */
  interface AnswerReader<T> {
    T read(MessageHeaders head, InputStream body) throws IOException;
  }

  /**
   * Makes one; it connects with the first request.
   *
   * @throws IOException if the endpoint's certificates cannot be used
   */
  EngineHttp(EngineEndpoint endpoint, String backend, EngineTimings timings) throws IOException {
    this.endpoint = endpoint;
    this.backend = backend;
    connectTimeout = timings.connect();
    Optional<Path> certificates = endpoint.certificates();
    tls = certificates.isPresent() ? new PemDirectory(certificates.get()).sslContext() : null;
    calls =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), threads("call"));
  }

  EngineEndpoint endpoint() {
    return endpoint;
  }

  /** Returns a factory of daemon threads named {@code koi-<what>-<backend>}. */
  ThreadFactory threads(String what) {
    return task -> {
      Thread thread = new Thread(task, "koi-" + what + "-" + backend);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Returns the answer's JSON. */
  JsonNode json(EngineRequest request, Duration deadline) throws IOException, InterruptedException {
    return get(request, deadline, (head, body) -> Json.tree(body));
  }

  /**
   * Makes a request and reads its answer.
   *
   * @throws EngineAnswerException if the engine answers with an error
   * @throws SocketTimeoutException if it has not answered within the deadline
   */
  <T> T get(EngineRequest request, Duration deadline, AnswerReader<T> reader)
      throws IOException, InterruptedException {
    return start(request, deadline, reader).await();
  }

  /** Begins a request; whoever does must await or cancel it. */
  <T> Call<T> start(EngineRequest request, Duration deadline, AnswerReader<T> reader)
      throws IOException {
    Exchange<T> exchange = exchange(request, reader);
    try {
      return new Call<>(exchange, deadline, calls.submit(() -> patiently(exchange, deadline)));
    } catch (RejectedExecutionException e) {
      throw closed(e);
    }
  }

  /**
   * Asks once more if whoever answered wants a pause first. The pause takes no more than half of
   * the deadline; one that wants a longer one has refused, and is left alone for that time, too.
   */
  private static <T> T patiently(Exchange<T> exchange, Duration deadline)
      throws IOException, InterruptedException {
    try {
      return exchange.call();
    } catch (EngineAnswerException e) {
      long pause = Math.min(e.retryAfter().toMillis(), deadline.toMillis() / 2);
      if (pause == 0) {
        throw e;
      }
      Thread.sleep(pause);
      if (pause < e.retryAfter().toMillis()) {
        throw e;
      }
      return exchange.call();
    }
  }

  /** A request under way. */
  final class Call<T> {
    private final Exchange<T> exchange;
    private final Duration deadline;
    private final long begun = System.nanoTime();
    private final Future<T> answer;

    private Call(Exchange<T> exchange, Duration deadline, Future<T> answer) {
      this.exchange = exchange;
      this.deadline = deadline;
      this.answer = answer;
    }

    /** Waits for the answer until the deadline, counted from the start; then it is over. */
    T await() throws IOException, InterruptedException {
      try {
        return answer.get(deadline.toNanos() - (System.nanoTime() - begun), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new SocketTimeoutException(
            "no answer to " + exchange.request + " within " + deadline.toMillis() + " ms" + at());
      } catch (ExecutionException e) {
        throw failure(exchange.request, e.getCause());
      } catch (CancellationException e) {
        throw closed(e);
      } finally {
        cancel();
      }
    }

    /** Ends it; no effect once it has been awaited. */
    void cancel() {
      if (!answer.isDone()) {
        exchange.abort();
        answer.cancel(true);
      }
    }
  }

  /** Returns a request that the calling thread makes, without a deadline. */
  <T> Exchange<T> exchange(EngineRequest request, AnswerReader<T> reader) {
    return new Exchange<>(request, reader);
  }

  /** A request and its answer, on the thread that makes it; any other may abort it. */
  final class Exchange<T> implements Callable<T> {
    private final EngineRequest request;
    private final AnswerReader<T> reader;
    private volatile EngineLink link; // null until there is one
    private volatile boolean aborted;

    private Exchange(EngineRequest request, AnswerReader<T> reader) {
      this.request = request;
      this.reader = reader;
    }

    @Override
    public T call() throws IOException {
      boolean reusable = false;
      try {
        ClassicHttpResponse answer = answer();
        HttpEntity entity = answer.getEntity();
        InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
        if (answer.getCode() != 200) {
          throw refusal(request, answer, body);
        }
        T result = reader.read(answer, body);
        body.close(); // reads it to its end
        reusable =
            DefaultConnectionReuseStrategy.INSTANCE.keepAlive(
                null, answer, HttpCoreContext.create());
        return result;
      } finally {
        release(link, reusable && !aborted);
      }
    }

    private ClassicHttpResponse answer() throws IOException {
      EngineLink kept = idle.poll();
      if (kept != null) {
        try {
          return use(kept).ask(request);
        } catch (IOException e) {
          drop(kept); // the engine may have closed it while it was idle
        }
      }
      EngineLink fresh = use(new EngineLink(endpoint));
      fresh.connect(tls, connectTimeout);
      return fresh.ask(request);
    }

    private EngineLink use(EngineLink next) throws IOException {
      link = next;
      links.add(next);
      if (aborted || calls.isShutdown()) {
        throw new IOException("aborted"); // who did so may not have seen it
      }
      return next;
    }

    /** Ends it, in any state but one: a unix socket that does not accept takes an interrupt. */
    void abort() {
      aborted = true;
      if (link != null) {
        link.close();
      }
    }
  }

  /** Keeps a connection for another request, or closes it. */
  private void release(EngineLink link, boolean reusable) {
    if (reusable && idle.size() < MAX_IDLE_LINKS) {
      idle.push(link);
    } else if (link != null) {
      drop(link);
    }
  }

  private void drop(EngineLink link) {
    link.close();
    links.remove(link);
  }

  private EngineAnswerException refusal(
      EngineRequest request, ClassicHttpResponse answer, InputStream body) throws IOException {
    int status = answer.getCode();
    return new EngineAnswerException(
        status,
        Duration.ofSeconds(retryAfter(answer)),
        request
            + " got status "
            + status
            + at()
            + said(body)
            + (status == 403
                ? "; a proxy in front of the engine must allow " + request.permission()
                : ""));
  }

  /** Returns how many seconds to wait; 0 if the answer does not say, or says a date. */
  private static long retryAfter(ClassicHttpResponse answer) {
    Header header = answer.getFirstHeader("Retry-After");
    return header != null && header.getValue().matches("[0-9]{1,6}")
        ? Long.parseLong(header.getValue())
        : 0;
  }

  /** Returns the reason an error body gives, in a form that is safe to show; empty if none. */
  private static String said(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(MAX_ERROR_BODY);
    String text = new String(bytes, UTF_8);
    try {
      text = Json.tree(new ByteArrayInputStream(bytes)).path("message").asText(text);
    } catch (JacksonException e) {
      // some errors are plain text
    }
    text = text.strip().replaceAll("[\\p{C}\\s]+", " ");
    return text.isEmpty() ? "" : ": " + text.substring(0, Math.min(text.length(), MAX_ERROR_TEXT));
  }

  /** Returns what to tell about a call that ended this way. */
  IOException failure(EngineRequest request, Throwable thrown) {
    if (calls.isShutdown()) {
      return closed(thrown);
    }
    if (thrown instanceof EngineAnswerException answer) {
      return answer;
    }
    if (thrown instanceof JacksonException) {
      // its own message would quote the answer
      return new EngineAnswerException(200, Duration.ZERO, request + " got no valid JSON" + at());
    }
    return new IOException(request + " failed" + at() + ": " + reason(thrown), thrown);
  }

  private static String reason(Throwable cause) {
    if (cause instanceof NoHttpResponseException) {
      return "the connection was closed without an answer";
    }
    if (cause instanceof ConnectionClosedException || cause instanceof TruncatedChunkException) {
      return "the connection was closed before the answer's end"; // their own talk of chunks
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  boolean isClosed() {
    return calls.isShutdown();
  }

  IOException closed(Throwable cause) {
    return new IOException("the connection to " + endpoint.address() + " is closed", cause);
  }

  private String at() {
    return " at " + endpoint.address();
  }

  /** Ends every exchange and leaves nothing open. Idempotent. */
  @Override
  public void close() {
    calls.shutdownNow();
    links.forEach(EngineLink::close);
  }
}
