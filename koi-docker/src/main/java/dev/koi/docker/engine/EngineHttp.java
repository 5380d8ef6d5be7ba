package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
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
import org.apache.hc.core5.http.NoHttpResponseException;

/**
 * Requests to one engine, each with a deadline. The transport's own timeouts do nothing on unix
 * sockets, so a call runs on a thread of its own, and whoever waits for it gives up and interrupts
 * it, which closes the socket. (On TCP it is the other way round: an interrupt does nothing, and
 * the call's thread ends with the transport's timeout.) Safe for use by several threads.
 */
final class EngineHttp implements AutoCloseable {

  /** More than the callers ever need at once, so that nobody waits; each costs two descriptors. */
  private static final int MAX_CONNECTIONS = 16;

  private static final int MAX_ERROR_BODY = 16 << 10;
  private static final int MAX_ERROR_TEXT = 200;

  private final EngineEndpoint endpoint;
  private final String backend;
  private final Duration connectTimeout;
  private final SSLContext tls; // null for none
  private final DockerHttpClient client;
  private final ExecutorService calls;
  private final Set<Call<?>> inFlight = ConcurrentHashMap.newKeySet();

  /** Turns the body of a good answer into what the caller wants. */
  interface BodyReader<T> {
    T read(Response response) throws IOException;
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
    client = newClient(MAX_CONNECTIONS, timings.list());
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

  /** Returns a transport for a stream from the same engine, to be closed by the caller. */
  DockerHttpClient newStreamClient() {
    return newClient(1, null);
  }

  private DockerHttpClient newClient(int maxConnections, Duration readTimeout) {
    return new ApacheDockerHttpClient.Builder()
        .dockerHost(endpoint.uri())
        .sslConfig(() -> tls)
        .maxConnections(maxConnections)
        .connectionTimeout(connectTimeout)
        .responseTimeout(readTimeout)
        .build();
  }

  /** Returns the answer's JSON. */
  JsonNode json(EngineRequest request, Duration deadline) throws IOException, InterruptedException {
    return get(request, deadline, response -> Json.tree(response.getBody()));
  }

  /**
   * Makes a request and reads its answer.
   *
   * @throws EngineAnswerException if the engine answers with an error
   * @throws SocketTimeoutException if it has not answered within the deadline
   */
  <T> T get(EngineRequest request, Duration deadline, BodyReader<T> reader)
      throws IOException, InterruptedException {
    return start(request, deadline, reader).await();
  }

  /** Begins a request; whoever does must await or cancel it. */
  <T> Call<T> start(EngineRequest request, Duration deadline, BodyReader<T> reader)
      throws IOException {
    try {
      return new Call<>(request, deadline, calls.submit(() -> exchange(client, request, reader)));
    } catch (RejectedExecutionException e) {
      throw closed(e);
    }
  }

  /** A request under way. */
  final class Call<T> {
    private final EngineRequest request;
    private final Duration deadline;
    private final long begun = System.nanoTime();
    private final Future<T> answer;

    private Call(EngineRequest request, Duration deadline, Future<T> answer) {
      this.request = request;
      this.deadline = deadline;
      this.answer = answer;
      inFlight.add(this);
      if (calls.isShutdown()) {
        cancel(); // close() may not have seen it
      }
    }

    /** Waits for the answer until the deadline, counted from the start; then it is over. */
    T await() throws IOException, InterruptedException {
      try {
        return answer.get(deadline.toNanos() - (System.nanoTime() - begun), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new SocketTimeoutException(
            "no answer to " + request + " within " + deadline.toMillis() + " ms" + at());
      } catch (ExecutionException e) {
        throw calls.isShutdown() ? closed(e) : failure(request, e.getCause());
      } catch (CancellationException e) {
        throw closed(e);
      } finally {
        cancel();
      }
    }

    /** Ends it; no effect once it has been awaited. */
    void cancel() {
      inFlight.remove(this);
      answer.cancel(true);
    }
  }

  /** Makes a request on the calling thread, without a deadline. */
  <T> T exchange(DockerHttpClient client, EngineRequest request, BodyReader<T> reader)
      throws IOException {
    WireLog.requireOff();
    Request get = Request.builder().method(Request.Method.GET).path(request.path()).build();
    try (Response response = client.execute(get)) {
      if (response.getStatusCode() != 200) {
        throw new EngineAnswerException(
            response.getStatusCode(),
            request
                + " got status "
                + response.getStatusCode()
                + at()
                + said(response.getBody())
                + (response.getStatusCode() == 403
                    ? "; a proxy in front of the engine must allow " + request.permission()
                    : ""));
      }
      return reader.read(response);
    }
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
    Throwable cause = thrown;
    while (cause.getCause() != null && !(cause instanceof IOException)) {
      cause = cause.getCause(); // the transport wraps what it throws
    }
    if (cause instanceof EngineAnswerException answer) {
      return answer;
    }
    if (cause instanceof JacksonException) {
      // its own message would quote the answer
      return new EngineAnswerException(200, request + " got no valid JSON" + at());
    }
    return new IOException(request + " failed" + at() + ": " + reason(cause), cause);
  }

  private static String reason(Throwable cause) {
    if (cause instanceof NoHttpResponseException) {
      return "the connection was closed without an answer"; // its own message names another host
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

  /** Ends every call and leaves nothing open. Idempotent. */
  @Override
  public void close() {
    calls.shutdownNow();
    inFlight.forEach(Call::cancel);
    try {
      client.close();
    } catch (IOException e) {
      // nothing to be done about a socket that does not close
    }
  }
}
