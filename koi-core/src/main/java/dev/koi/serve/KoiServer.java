package dev.koi.serve;

import dev.koi.core.Koi;
import dev.koi.core.settings.ServeSettings;
import dev.koi.serve.http.OpenStreams;
import dev.koi.serve.http.Router;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves what a {@link Koi} knows over HTTP. */
public final class KoiServer implements AutoCloseable {

  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final OpenStreams streams;
  private final Server server;
  private final ServerConnector connector;

  private KoiServer(Koi koi, ServeSettings settings) {
    this.streams = new OpenStreams(settings.maxStreams());
    QueuedThreadPool threads = new QueuedThreadPool(16, 4);
    threads.setName("koi-serve");
    threads.setDaemon(true);
    this.server = new Server(threads);
    server.setHandler(routes(koi, settings));
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setAcceptedSendBufferSize(65_536);
    server.addConnector(connector);
  }

  /** Every route of the server. */
  private Router routes(Koi koi, ServeSettings settings) {
    return new Router(settings.basePath())
        .mount("/v1/runtime/status", new StatusRoute(koi))
        .mount("/v1/runtime/instances", new InstancesRoute(koi));
  }

  /**
   * Starts a server, which listens when the method returns.
   *
   * @param koi what it serves; it must be closed after the server
   * @param settings the configuration
   * @throws IOException if it cannot listen
   */
  public static KoiServer start(Koi koi, ServeSettings settings) throws IOException {
    KoiServer started = new KoiServer(koi, settings);
    try {
      started.server.start();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot start the HTTP server: " + e, e);
    }
    return started;
  }

  /** Returns the address of the page. */
  public String address() {
    return "http://" + connector.getHost() + ":" + connector.getLocalPort() + "/";
  }

  /** Ends the streams, and then the server. Idempotent. */
  @Override
  public void close() {
    try {
      streams.end(GOODBYE);
      server.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP server has not ended properly", e);
    }
  }
}
