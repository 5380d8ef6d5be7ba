package dev.koi.testkit.engine;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A container engine played over a unix socket: it answers what Koi asks of Docker or Podman, from
 * a world of containers that the script changes with commands named like the engine's own.
 *
 * <pre>{@code
 * try (var engine = SimulatedEngine.start(Dialect.DOCKER_28, socket)) {
 *   String id = engine.run(ContainerSpec.of("web").image("nginx:1").publish(8080, 80));
 *   engine.stop(id);
 * }
 * }</pre>
 */
public final class SimulatedEngine extends SimulatedWorld implements AutoCloseable {
  private final Path socket;
  private final List<EngineRequest> requests = new ArrayList<>(); // guarded by itself
  private volatile Answers answers;
  private Server server;

  private SimulatedEngine(Dialect dialect, Path socket, Clock clock) {
    super(dialect, clock, "koi");
    this.socket = socket;
    this.answers = new Answers(this, dialect, null, null);
    serve();
  }

  /** Starts an engine that listens on this socket when the method returns. */
  public static SimulatedEngine start(Dialect dialect, Path socket) {
    return new SimulatedEngine(dialect, socket, Clock.systemUTC());
  }

  public Path socket() {
    return socket;
  }

  /** What was asked so far, oldest first. */
  public List<EngineRequest> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** Stops serving, removes the socket and frees every thread. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("cannot stop the engine on " + socket, e);
    }
  }

  Reply answer(EngineRequest request, Map<String, String> query) {
    synchronized (requests) {
      requests.add(request);
    }
    return answers.answer(request, query);
  }

  private void serve() {
    QueuedThreadPool threads = new QueuedThreadPool(1000, 4);
    threads.setName("koi-simulated-engine");
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setUriCompliance(UriCompliance.UNSAFE);
    UnixDomainServerConnector connector =
        new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setUnixDomainPath(socket);
    connector.setIdleTimeout(0);
    server.addConnector(connector);
    server.setHandler(new EngineHandler(this));
    server.setStopTimeout(0);
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("cannot listen on " + socket, e);
    }
  }
}
