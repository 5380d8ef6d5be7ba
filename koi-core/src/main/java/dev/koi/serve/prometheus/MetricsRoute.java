package dev.koi.serve.prometheus;

import dev.koi.core.Koi;
import dev.koi.core.KoiMetrics;
import dev.koi.publish.PublisherStatus;
import dev.koi.serve.http.Answers;
import dev.koi.serve.http.InstanceQuery;
import dev.koi.serve.http.OpenStreams;
import dev.koi.serve.http.RefusedException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers with the meters of {@link KoiMetrics}, which an embedder binds too, and those of the
 * server and of its publisher. None of their labels is about an instance, so their number does not
 * follow from instances.
 */
public final class MetricsRoute implements Request.Handler {

  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Koi koi;
  private final OpenStreams streams;
  private final LongSupplier cut;
  private final Supplier<Optional<PublisherStatus>> publisher;
  private final Object lock = new Object();
  private PrometheusMeterRegistry registry; // null before the first request; guarded by lock

  /**
   * Makes the route.
   *
   * @param cut how many event streams have been cut because the client took nothing
   * @param publisher the status of the publisher, if there is one
   */
  public MetricsRoute(
      Koi koi,
      OpenStreams streams,
      LongSupplier cut,
      Supplier<Optional<PublisherStatus>> publisher) {
    this.koi = koi;
    this.streams = streams;
    this.cut = cut;
    this.publisher = publisher;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback)
      throws RefusedException {
    InstanceQuery.parameters(request, List.of());
    Answers.text(response, callback, 200, TYPE, registry().scrape());
    return true;
  }

  /** Made late: the libraries take a quarter of a second to load. */
  private PrometheusMeterRegistry registry() {
    synchronized (lock) {
      if (registry == null) {
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new KoiMetrics(koi).bindTo(registry);
        Gauge.builder("koi.serve.streams", streams, OpenStreams::count)
            .description("Event streams that are open")
            .register(registry);
        FunctionCounter.builder("koi.serve.streams.cut", cut, LongSupplier::getAsLong)
            .description("Event streams that were cut because the client took nothing")
            .register(registry);
        if (publisher.get().isPresent()) {
          new PublisherMeters(() -> publisher.get().orElseThrow()).bindTo(registry);
        }
      }
      return registry;
    }
  }
}
