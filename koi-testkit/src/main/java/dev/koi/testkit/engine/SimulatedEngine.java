package dev.koi.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A simulated container engine on a unix socket. It answers the requests that Koi sends to Docker
 * or Podman, about containers that a test changes by commands named like the engine's own.
 *
 * <pre>{@code
 * try (var engine = SimulatedEngine.start(Dialect.DOCKER_28, socket)) {
 *   String id = engine.run(ContainerSpec.of("web").image("nginx:1").publish(8080, 80));
 *   engine.stop(id);
 * }
 * }</pre>
 *
 * <p>Commands and faults are for any thread; {@link #crash}, {@link #shutDown}, {@link #boot} and
 * {@link #close} for one at a time.
 */
public final class SimulatedEngine extends SimulatedWorld implements AutoCloseable {
  private static final int REMEMBERED_REQUESTS = 100_000;
  private static final int LONGEST_HEADERS = 1 << 24;

  private final Path socket;
  private final Faults faults = new Faults();
  private final ArrayDeque<ReceivedRequest> requests = new ArrayDeque<>(); // guarded by itself
  private volatile Answers answers;
  private EngineHandler handler;
  private EngineConnector connector;
  private Server server;
  private boolean liveRestore;
  private boolean closed;

  private SimulatedEngine(Dialect dialect, Path socket, Clock clock) {
    super(dialect, clock);
    this.socket = socket;
    this.answers = new Answers(this, null, null);
    serve();
  }

  /** Starts an engine, which listens on this socket when the method returns. */
  public static SimulatedEngine start(Dialect dialect, Path socket) {
    return start(dialect, socket, Clock.systemUTC());
  }

  /** Starts an engine whose events, containers and Date headers go by this clock. */
  public static SimulatedEngine start(Dialect dialect, Path socket, Clock clock) {
    return new SimulatedEngine(dialect, socket, clock);
  }

  public Path socket() {
    return socket;
  }

  /** Returns the rules by which this engine answers wrongly. */
  public Faults faults() {
    return faults;
  }

  /** The last 100,000 requests, oldest first. */
  public List<ReceivedRequest> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** How many event streams are open. */
  public int streams() {
    return events().subscribers();
  }

  /** Ends all event streams without a last chunk, as a proxy with a time-out does. */
  public void cutStreams() {
    events().cut();
  }

  /** Serves these API versions instead of the dialect's own, until the next boot. */
  public void apiVersions(String oldest, String newest) {
    answers = new Answers(this, oldest, newest);
  }

  /** Lets Docker's containers outlive their engine. Podman's always do. */
  public void liveRestore() {
    liveRestore = true;
  }

  /** Kills the engine: streams break off, containers run on, the socket stays and refuses. */
  public void crash() {
    halt();
    try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot leave a stale socket at " + socket, e);
    }
  }

  /**
   * Ends the engine: Docker's containers are stopped, their events sent, the streams cut, the
   * socket removed.
   */
  public void shutDown() {
    if (!dialect().podman() && !liveRestore) {
      stopAll();
    }
    events().finish();
    halt();
  }

  /** Starts the engine again after {@link #crash} or {@link #shutDown}. */
  public void boot() {
    boot(dialect());
  }

  /**
   * Starts another engine or version on the same socket. Another product knows nothing of the
   * containers; Docker remembers no events and, without live restore, ends what is still up and
   * starts again what was up and has a policy to restart it.
   */
  public void boot(Dialect dialect) {
    halt();
    become(dialect);
    if (!dialect.podman() && !liveRestore) {
      cleanUp();
    }
    answers = new Answers(this, null, null);
    serve();
  }

  /** Stops serving, lifts all faults, removes the socket and ends every thread. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      faults.lift();
      halt();
    }
  }

  Reply answer(ReceivedRequest request, Map<String, String> query) {
    synchronized (requests) {
      requests.add(request);
      if (requests.size() > REMEMBERED_REQUESTS) {
        requests.remove();
      }
    }
    Reply reply = answers.answer(request, query);
    reply.request = request;
    faults.apply(request, reply);
    return reply;
  }

  private void serve() {
    QueuedThreadPool threads = new QueuedThreadPool(2000, 4);
    threads.setName("koi-simulated-engine");
    threads.setDaemon(true);
    threads.setStopTimeout(500); // then what hangs is interrupted
    server = new Server(threads);
    handler = new EngineHandler(this);
    server.setHandler(handler);
    server.setStopTimeout(0);
    connector = new EngineConnector(server, http());
    connector.setUnixDomainPath(socket);
    connector.setIdleTimeout(0);
    server.addConnector(connector);
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("cannot listen on " + socket, e);
    }
  }

  private void halt() {
    events().cut();
    try {
      connector.endAccepting();
      handler.awaitSent();
      // Jetty would wait on the selector's thread for an answer that is being written, which can
      // need that thread. On a closed connection nothing is written any more.
      connector.getConnectedEndPoints().forEach(EndPoint::close);
      handler.awaitSent();
      server.stop();
      connector.closeAccepted();
      Files.deleteIfExists(socket);
    } catch (Exception e) {
      throw new IllegalStateException("cannot stop the engine on " + socket, e);
    }
  }

  private static HttpConnectionFactory http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setMaxResponseHeaderSize(LONGEST_HEADERS);
    http.setUriCompliance(UriCompliance.UNSAFE);
    return new HttpConnectionFactory(http);
  }
}
