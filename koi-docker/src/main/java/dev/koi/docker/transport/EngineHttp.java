package dev.koi.docker.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.json.Json;
import dev.koi.spi.net.PemDirectory;
import dev.koi.text.Prefix;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.protocol.HttpCoreContext;

/**
 * Requests to one engine. A request runs on its caller's thread and has no deadline of its own: an
 * interrupt of that thread ends it at once, wherever it waits, and so does {@link #close}. Safe for
 * use by several threads.
 */
public final class EngineHttp implements AutoCloseable {

  private static final int MAX_IDLE_LINKS = 8;
  private static final int MAX_ERROR_BODY = 16 << 10;
  private static final int MAX_ERROR_TEXT = 200;
  private static final int MAX_REST = 64 << 10; // of a body that was read

  private final EngineEndpoint endpoint;
  private final String backend;
  private final SSLContext tls; // null for none
  private final Set<EngineLink> links = ConcurrentHashMap.newKeySet(); // idle or in use
  private final Deque<EngineLink> idle = new ConcurrentLinkedDeque<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Turns a good answer into what the caller wants. */
  public interface AnswerReader<T> {
    /** Reads as much of the answer as it wants. */
    T read(EngineAnswer answer) throws IOException;
  }

  /**
   * Makes one; it connects with the first request.
   *
   * @param backend the name of the configuration entry, for the names of threads
   * @throws IOException if the endpoint's certificates cannot be used
   */
  public EngineHttp(EngineEndpoint endpoint, String backend) throws IOException {
    this.endpoint = endpoint;
    this.backend = backend;
    Optional<Path> certificates = endpoint.certificates();
    tls = certificates.isPresent() ? new PemDirectory(certificates.get()).sslContext() : null;
  }

  /** Returns the engine's address as people write it. */
  public String address() {
    return endpoint.address();
  }

  /** Returns a factory of daemon threads named {@code koi-<what>-<backend>}. */
  public ThreadFactory threads(String what) {
    return task -> {
      Thread thread = new Thread(task, "koi-" + what + "-" + backend);
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Makes a request and reads its answer. Repeats it once if the answer asks for a pause of a few
   * seconds, as proxies with a rate limit do.
   *
   * @throws EngineAnswerException if the engine answers with an error
   * @throws InterruptedException if this thread is interrupted
   */
  public <T> T get(EngineRequest request, AnswerReader<T> reader)
      throws IOException, InterruptedException {
    return new Exchange<>(request, reader).await();
  }

  /**
   * Makes a request that no caller's deadline ends.
   *
   * @throws SocketTimeoutException if it is not answered in time
   */
  public <T> T get(EngineRequest request, Duration deadline, AnswerReader<T> reader)
      throws IOException, InterruptedException {
    Exchange<T> exchange = new Exchange<>(request, reader);
    CompletableFuture<Void> timer = new CompletableFuture<>();
    timer
        .completeOnTimeout(null, deadline.toNanos(), TimeUnit.NANOSECONDS)
        .thenRun(exchange::close);
    try {
      return exchange.await();
    } catch (IOException e) {
      if (timer.isDone() && !isClosed()) {
        throw new SocketTimeoutException(
            "no answer to " + request + " within " + deadline.toMillis() + " ms" + at());
      }
      throw e;
    } finally {
      timer.cancel(false);
    }
  }

  /** Returns a request for {@link Exchange#run} to make. */
  public <T> Exchange<T> exchange(EngineRequest request, AnswerReader<T> reader) {
    return new Exchange<>(request, reader);
  }

  /** A request and its answer, on the thread that makes it; any other may close it. */
  public final class Exchange<T> implements AutoCloseable {
    private final EngineRequest request;
    private final AnswerReader<T> reader;
    private EngineLink link; // of the calling thread
    private volatile EngineLink inUse; // the same, for the others; null until there is one
    private volatile boolean ended;

    private Exchange(EngineRequest request, AnswerReader<T> reader) {
      this.request = request;
      this.reader = reader;
    }

    private T await() throws IOException, InterruptedException {
      try {
        return run();
      } catch (IOException e) {
        if (Thread.interrupted()) {
          throw (InterruptedException) new InterruptedException().initCause(e);
        }
        throw e;
      }
    }

    /** Makes the request; an interrupt ends it with an IOException and the thread's flag set. */
    public T run() throws IOException {
      try {
        return exchange();
      } catch (IOException e) {
        throw isClosed() ? closed(e) : failure(request, e);
      }
    }

    private T exchange() throws IOException {
      boolean reusable = false;
      try {
        ClassicHttpResponse answer = answer();
        int pause = pause(answer);
        if (pause > 0) {
          drop(link);
          sleep(pause);
          answer = answer();
        }
        InputStream body = body(answer);
        if (answer.getCode() != 200) {
          throw refusal(request, answer.getCode(), body);
        }
        T result = reader.read(new EngineAnswer(answer, body));
        boolean whole = body.readNBytes(MAX_REST).length < MAX_REST;
        reusable =
            whole
                && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(
                    null, answer, HttpCoreContext.create());
        return result;
      } finally {
        release(link, reusable && !ended);
      }
    }

    private ClassicHttpResponse answer() throws IOException {
      EngineLink kept = idle.poll();
      if (kept != null) {
        try {
          return use(kept).ask(request);
        } catch (IOException e) {
          drop(kept); // the engine may have closed it while it was idle
          if (Thread.currentThread().isInterrupted()) {
            throw e;
          }
        }
      }
      EngineLink fresh = use(new EngineLink(endpoint));
      fresh.connect(tls);
      return fresh.ask(request);
    }

    private EngineLink use(EngineLink next) throws IOException {
      link = next;
      inUse = next;
      links.add(next);
      if (ended || isClosed()) {
        throw new IOException("ended"); // close() may not have seen it
      }
      return next;
    }

    /** Ends it, in any state. */
    @Override
    public void close() {
      ended = true;
      EngineLink open = inUse;
      if (open != null) {
        open.close();
      }
    }
  }

  /** Keeps a connection for another request, or closes it. */
  private void release(EngineLink link, boolean reusable) {
    if (reusable && idle.size() < MAX_IDLE_LINKS) {
      idle.push(link);
      if (isClosed()) {
        link.close(); // close() may not have seen it
      }
    } else if (link != null) {
      drop(link);
    }
  }

  private void drop(EngineLink link) {
    link.close();
    links.remove(link);
  }

  private static InputStream body(ClassicHttpResponse answer) throws IOException {
    HttpEntity entity = answer.getEntity();
    return entity == null ? InputStream.nullInputStream() : entity.getContent();
  }

  /** Returns how many seconds to wait before the only other try; 0 if there is none. */
  private static int pause(ClassicHttpResponse answer) {
    Header header = answer.getFirstHeader("Retry-After");
    return answer.getCode() != 200 && header != null && header.getValue().matches("[1-5]")
        ? Integer.parseInt(header.getValue())
        : 0;
  }

  private void sleep(int seconds) throws IOException {
    try {
      closing.await(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private EngineAnswerException refusal(EngineRequest request, int status, InputStream body)
      throws IOException {
    String permission =
        status == 403 ? "; a proxy in front of the engine must allow " + request.permission() : "";
    return new EngineAnswerException(
        status, request + " got status " + status + at() + said(body) + permission);
  }

  /** Returns the reason an error body gives, in a form that is safe to show; empty if none. */
  private static String said(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(MAX_ERROR_BODY);
    String[] text = {new String(bytes, UTF_8)};
    try {
      Json json = new Json(new ByteArrayInputStream(bytes), MAX_ERROR_BODY);
      json.onlyObject(() -> text[0] = json.texts(Set.of("message")).get("message"));
    } catch (JacksonException e) {
      // some errors are plain text
    }
    String line = brief(text[0]);
    return line.isEmpty() ? "" : ": " + line;
  }

  /** Returns the beginning of a stranger's text, in a form that is safe to show. */
  private static String brief(String text) {
    String line = Prefix.of(text, 2 * MAX_ERROR_TEXT).replaceAll("[\\p{C}\\s]+", " ").strip();
    return Prefix.of(line, MAX_ERROR_TEXT);
  }

  private IOException failure(EngineRequest request, IOException e) {
    if (e instanceof EngineAnswerException) {
      return e;
    }
    if (e instanceof JacksonException) { // its own message would quote the answer
      String problem = e instanceof StreamConstraintsException ? "too large JSON" : "no valid JSON";
      return new EngineAnswerException(200, request + " got " + problem + at());
    }
    return new IOException(request + " failed" + at() + ": " + reason(e), e);
  }

  private static String reason(IOException cause) {
    if (cause instanceof NoHttpResponseException) {
      return "the connection was closed without an answer";
    }
    if (cause instanceof ConnectionClosedException || cause instanceof TruncatedChunkException) {
      return "the connection was closed before the answer's end"; // their own talk of chunks
    }
    if (cause instanceof MalformedChunkCodingException
        || cause instanceof MessageConstraintException) {
      return "the answer is no valid HTTP"; // their own messages quote it
    }
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : brief(cause.getMessage());
  }

  /** Returns whether {@link #close} was called. */
  public boolean isClosed() {
    return closing.getCount() == 0;
  }

  /** Returns what a call fails with after {@link #close}. */
  public IOException closed(Throwable cause) {
    return new IOException("the connection to " + address() + " is closed", cause);
  }

  private String at() {
    return " at " + address();
  }

  /** Ends every exchange and leaves nothing open. Idempotent. */
  @Override
  public void close() {
    closing.countDown();
    links.forEach(EngineLink::close);
  }
}
