package dev.koi.fleet.etcd;

import com.fasterxml.jackson.core.JacksonException;
import dev.koi.spi.net.PemDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.protocol.HttpCoreContext;

/**
 * Calls to the servers of one cluster. A call runs on its caller's thread; an interrupt ends it at
 * once, and so does {@link #close}. It stays with a server that answers, and goes on to the next
 * one when a server does not. Safe for use by several threads.
 */
final class Gateway implements AutoCloseable {

  private static final int MAX_IDLE_LINKS = 8;
  private static final int MAX_REST = 64 << 10; // of a body that was read
  private static final Duration PAUSE = Duration.ofMillis(200); // an election takes a second or two

  private final EtcdSettings settings;
  private final SSLContext tls;
  private final Set<EtcdLink> links = ConcurrentHashMap.newKeySet(); // idle or in use
  private final Deque<EtcdLink> idle = new ConcurrentLinkedDeque<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile int preferred; // the index of the server that has answered last
  private volatile String token = ""; // empty while not logged in

  private interface Body<T> {
    T read(EtcdLink link, ClassicHttpResponse answer, InputStream content) throws IOException;
  }

  Gateway(EtcdSettings settings) throws IOException {
    this.settings = settings;
    tls =
        settings.certificates().isPresent()
            ? new PemDirectory(settings.certificates().get()).sslContext()
            : javaDefault();
  }

  private static SSLContext javaDefault() throws IOException {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("Java has no authorities to trust: " + e.getMessage(), e);
    }
  }

  /** Makes a call and reads its answer. */
  Answers call(Call call) throws IOException, InterruptedException {
    return anyServer(call, this::whole);
  }

  /** Opens a watch, which closes its link. */
  EtcdWatch watch(Call call, long revision) throws IOException, InterruptedException {
    return anyServer(
        call, (link, answer, content) -> new EtcdWatch(this, link, new Json(content), revision));
  }

  private Answers whole(EtcdLink link, ClassicHttpResponse answer, InputStream content)
      throws IOException {
    Answers result = Answers.read(content);
    boolean reusable =
        content.readNBytes(MAX_REST).length < MAX_REST
            && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(
                null, answer, HttpCoreContext.create());
    if (!reusable || idle.size() >= MAX_IDLE_LINKS) {
      drop(link);
    } else {
      idle.push(link);
    }
    return result;
  }

  private <T> T anyServer(Call call, Body<T> body) throws IOException, InterruptedException {
    long end = System.nanoTime() + settings.deadline().toNanos();
    int servers = settings.endpoints().size();
    List<IOException> failures = new ArrayList<>();
    boolean wait = true;
    while (wait && (failures.isEmpty() || end - System.nanoTime() > PAUSE.toNanos())) {
      if (!failures.isEmpty()) {
        closing.await(PAUSE.toNanos(), TimeUnit.NANOSECONDS);
      }
      failures.clear();
      wait = false;
      int first = preferred;
      for (int i = 0; i < servers && !isClosed(); i++) {
        int server = (first + i) % servers;
        int others = call.repeatable() ? servers - i : 1; // that may need time
        long share = Math.max((end - System.nanoTime()) / others, PAUSE.toNanos());
        try {
          T result = withLogin(settings.endpoints().get(server), call, body, share);
          preferred = server;
          return result;
        } catch (FailedCallException e) {
          failures.add(e.failure());
          wait |= e.failure() instanceof EtcdException; // it lives, and may be able to soon
        }
      }
    }
    throw isClosed() ? closed() : summary(failures);
  }

  /** Another server, or the same one later, may be able to answer that. */
  private static final class FailedCallException extends Exception {
    private static final long serialVersionUID = 1L;

    FailedCallException(IOException cause) {
      super(cause);
    }

    IOException failure() {
      return (IOException) getCause();
    }
  }

  private <T> T withLogin(URI server, Call call, Body<T> body, long nanos)
      throws IOException, InterruptedException, FailedCallException {
    try {
      return attempt(server, call, body, nanos);
    } catch (EtcdException e) {
      if (!e.needsToken() || token.isEmpty()) {
        throw e;
      }
      token = "";
      return attempt(server, call, body, nanos);
    }
  }

  private <T> T attempt(URI server, Call call, Body<T> body, long nanos)
      throws IOException, InterruptedException, FailedCallException {
    EtcdLink kept = keptLink(server);
    if (kept != null) {
      try {
        return attempt(kept, call, body, nanos);
      } catch (FailedCallException e) {
        if (e.failure() instanceof EtcdException || e.failure() instanceof SocketTimeoutException) {
          throw e;
        } // else the server may have closed it while it was idle
      }
    }
    return attempt(freshLink(server), call, body, nanos);
  }

  private <T> T attempt(EtcdLink link, Call call, Body<T> body, long nanos)
      throws IOException, InterruptedException, FailedCallException {
    CompletableFuture<Void> timer = new CompletableFuture<>();
    timer.completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS).thenRun(link::close);
    boolean sent = false;
    try {
      login(link);
      sent = true;
      T result = ask(link, call, body);
      if (!timer.cancel(false)) {
        throw new SocketTimeoutException();
      }
      return result;
    } catch (IOException e) {
      boolean late = !timer.cancel(false);
      drop(link);
      if (Thread.interrupted()) {
        throw (InterruptedException) new InterruptedException().initCause(e);
      }
      IOException failure = isClosed() ? closed() : failure(link, e, late ? nanos : 0);
      if (!(e instanceof EtcdException)) {
        int server = settings.endpoints().indexOf(link.server());
        preferred = (server + 1) % settings.endpoints().size();
      }
      boolean elsewhere = !(e instanceof EtcdException refusal) || refusal.isUnavailable();
      if (elsewhere && (!sent || call.repeatable())) {
        throw new FailedCallException(failure);
      }
      throw failure;
    } catch (RuntimeException | Error e) {
      timer.cancel(false);
      drop(link);
      throw e;
    }
  }

  /** Returns an idle link to that server, or null. */
  private EtcdLink keptLink(URI server) {
    for (EtcdLink kept = idle.poll(); kept != null; kept = idle.poll()) {
      if (kept.server().equals(server) && kept.isUsable()) {
        return kept;
      }
      drop(kept);
    }
    return null;
  }

  /** Returns a link that connects when it is first used. */
  private EtcdLink freshLink(URI server) {
    EtcdLink fresh = new EtcdLink(server, server.getScheme().equals("https") ? tls : null);
    links.add(fresh);
    if (isClosed()) {
      fresh.close(); // close() may not have seen it
    }
    return fresh;
  }

  private void login(EtcdLink link) throws IOException {
    link.connect();
    if (token.isEmpty() && settings.passwordFile().isPresent()) {
      ClassicHttpResponse answer = link.ask(Call.login(settings.user(), password()), "");
      try (InputStream content = content(link, answer)) {
        token = Answers.read(content).token;
        content.readNBytes(MAX_REST);
      }
    }
  }

  private String password() throws IOException {
    Path file = settings.passwordFile().orElseThrow();
    try {
      return Files.readString(file).lines().findFirst().orElse("");
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw new IOException("cannot read the password in " + file, e);
    }
  }

  private <T> T ask(EtcdLink link, Call call, Body<T> body) throws IOException {
    ClassicHttpResponse answer = link.ask(call, token);
    return body.read(link, answer, content(link, answer));
  }

  private static InputStream content(EtcdLink link, ClassicHttpResponse answer) throws IOException {
    InputStream content =
        answer.getEntity() == null
            ? InputStream.nullInputStream()
            : answer.getEntity().getContent();
    if (answer.getCode() != 200) {
      throw Refusal.of(link.server(), answer.getCode(), content);
    }
    return content;
  }

  static IOException failure(EtcdLink link, IOException e, long lateAfter) {
    if (e instanceof EtcdException) {
      return e;
    }
    String place = Refusal.place(link.server());
    if (lateAfter > 0) {
      return new SocketTimeoutException(
          place + " gave no answer within " + TimeUnit.NANOSECONDS.toMillis(lateAfter) + " ms");
    }
    if (e instanceof JacksonException) { // its own message would quote the answer
      return new IOException(place + " does not answer as etcd does: no JSON of that kind");
    }
    if (e instanceof UnknownHostException || e instanceof ConnectException) {
      String reason = e instanceof ConnectException ? e.getMessage() : "unknown host";
      return (IOException) new ConnectException(place + ": " + reason).initCause(e);
    }
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new IOException(place + ": " + Refusal.brief(reason), e);
  }

  /** Returns the only failure, or one that names all; a ConnectException if nothing listens. */
  private static IOException summary(List<IOException> failures) {
    if (failures.size() == 1) {
      return failures.get(0);
    }
    String all = String.join("; ", failures.stream().map(Throwable::getMessage).toList());
    IOException summary =
        failures.stream().allMatch(ConnectException.class::isInstance)
            ? new ConnectException(all)
            : new IOException(all);
    failures.forEach(summary::addSuppressed);
    return summary;
  }

  /** Closes a link for good. */
  void drop(EtcdLink link) {
    link.close();
    links.remove(link);
  }

  boolean isClosed() {
    return closing.getCount() == 0;
  }

  /** Returns what a call fails with after {@link #close}. */
  IOException closed() {
    return new IOException("the client of etcd at " + settings.place() + " is closed");
  }

  /** Ends all calls and streams. Idempotent. */
  @Override
  public void close() {
    closing.countDown();
    links.forEach(EtcdLink::close);
  }
}
