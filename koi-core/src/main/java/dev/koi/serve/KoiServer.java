package dev.koi.serve;

import dev.koi.announce.Announcements;
import dev.koi.core.Koi;
import dev.koi.core.settings.ServeSettings;
import dev.koi.core.status.BackendStatus;
import dev.koi.publish.PublisherStatus;
import dev.koi.serve.http.OpenStreams;
import dev.koi.serve.http.Router;
import dev.koi.serve.http.Token;
import dev.koi.serve.prometheus.DiscoveryRoute;
import dev.koi.serve.prometheus.MetricsRoute;
import dev.koi.serve.stream.EventStreams;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves the instances of a {@link Koi} and their changes over HTTP. */
public final class KoiServer implements AutoCloseable {

  private static final Duration HEARTBEAT = Duration.ofSeconds(15); // nginx cuts after 60
  private static final Duration GOODBYE = Duration.ofSeconds(1);
  private static final int MAX_HEADERS = 16_384;
  private static final int MAX_THREADS = 16; // no route makes one wait

  /** Connections beyond the limit, which are opened only to answer 503. */
  private static final int TO_BE_REFUSED = 64;

  private final OpenStreams streams;
  private final EventStreams events;
  private final Server server;
  private final Listening listening;

  private KoiServer(
      Koi koi,
      ServeSettings settings,
      Token token,
      Announcements announcements,
      Supplier<Optional<PublisherStatus>> publisher)
      throws IOException {
    List<String> backends = koi.status().backends().stream().map(BackendStatus::name).toList();
    this.streams = new OpenStreams(settings.maxStreams());
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
    threads.setName("koi-serve");
    threads.setDaemon(true);
    this.server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEADERS);
    this.listening = new Listening(settings, token, server, new HttpConnectionFactory(http));
    int max = settings.maxConnections();
    Connections connections =
        new Connections(max, settings.requestTimeout(), server.getScheduler());
    listening.connector().addBean(connections);
    server.addBean(new NetworkConnectionLimit(max + TO_BE_REFUSED, listening.connector()));
    server.addConnector(listening.connector());
    CallableAs names = new CallableAs(settings.host(), listening.everywhere(), settings.hosts());
    this.events = new EventStreams(koi, backends, streams, HEARTBEAT);
    Router routes = routes(koi, backends, settings, token, announcements, publisher);
    server.setHandler(new Gate(connections, names, settings.basePath(), routes));
    server.setErrorHandler(new ErrorAnswers());
  }

  /** Every route of the server. */
  private Router routes(
      Koi koi,
      List<String> backends,
      ServeSettings settings,
      Token token,
      Announcements announcements,
      Supplier<Optional<PublisherStatus>> publisher)
      throws IOException {
    long start = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    Router router =
        new Router(settings.basePath(), token)
            .mount("/v1/runtime/status", new StatusRoute(koi, announcements, publisher))
            .mount("/v1/runtime/instances", new InstancesRoute(koi, backends, start))
            .mount("/v1/runtime/events", events)
            .mount("/v1/sd/prometheus", new DiscoveryRoute(koi, settings.advertiseHost()))
            .mount(
                "/metrics", new MetricsRoute(koi, streams, events::cut, announcements, publisher))
            .mountBelow(InstanceRoute.BELOW, new InstanceRoute(koi, backends, announcements))
            .mountOpen("/healthz", ProbeRoute.health())
            .mountOpen("/readyz", ProbeRoute.readiness(koi, publisher))
            .mountOpen("/openapi.json", PageFiles.file("openapi.json"));
    PageFiles.mount(router);
    return router;
  }

  /** Starts a server of a Koi that is neither announced nor published; see the method below. */
  public static KoiServer start(Koi koi, ServeSettings settings) throws IOException {
    return start(koi, settings, Announcements.NONE, Optional::empty);
  }

  /**
   * Starts a server, which listens when the method returns.
   *
   * @param koi what it serves; to be closed after the server
   * @param settings the configuration
   * @param announcements how the announcements are
   * @param publisher the status of the publisher, if there is one; called by any thread
   * @throws IllegalArgumentException if the configuration cannot be used, or if other machines
   *     could connect without a token and that is not wanted
   * @throws IOException if it cannot listen
   */
  public static KoiServer start(
      Koi koi,
      ServeSettings settings,
      Announcements announcements,
      Supplier<Optional<PublisherStatus>> publisher)
      throws IOException {
    Token token = Token.read(settings.tokenFile(), System.getenv(Token.VARIABLE));
    KoiServer started = new KoiServer(koi, settings, token, announcements, publisher);
    try {
      started.server.start();
      started.listening.admitGroup();
      return started;
    } catch (IOException e) {
      started.close();
      throw started.listening.described(e);
    } catch (Exception e) {
      started.close();
      throw new IOException("cannot start the HTTP server: " + e, e);
    }
  }

  /** Returns where clients find the page: a URL, or the unix socket. */
  public String address() {
    return listening.address();
  }

  /** Ends the streams, and then the server; within two seconds. Idempotent. */
  @Override
  public void close() {
    try {
      listening.connector().shutdown(); // no further connections
      streams.end(GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // and no goodbye
    }
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP server has not ended properly", e);
    } finally {
      events.close();
    }
  }
}
