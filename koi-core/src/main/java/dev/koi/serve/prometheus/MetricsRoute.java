package dev.koi.serve.prometheus;

import dev.koi.announce.AnnounceStatus;
import dev.koi.announce.AnnouncedName;
import dev.koi.announce.Announcements;
import dev.koi.announce.MdnsStatus;
import dev.koi.core.Koi;
import dev.koi.core.KoiMetrics;
import dev.koi.publish.PublisherStatus;
import dev.koi.serve.http.Answers;
import dev.koi.serve.http.InstanceQuery;
import dev.koi.serve.http.OpenStreams;
import dev.koi.serve.http.RefusedException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers with the meters of {@link KoiMetrics}, which an embedder binds too, and those of the
 * server, of the announcements and of the publisher. None of their labels is about an instance, so
 * their number does not follow from instances.
 */
public final class MetricsRoute implements Request.Handler {

  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Koi koi;
  private final OpenStreams streams;
  private final LongSupplier cut;
  private final Announcements announcements;
  private final Supplier<Optional<PublisherStatus>> publisher;
  private final Object lock = new Object();
  private PrometheusMeterRegistry registry; // null before the first request; guarded by lock

  /**
   * Makes the route.
   *
   * @param cut how many event streams have been cut because the client took nothing
   * @param announcements if there are any, they have meters too
   * @param publisher the status of the publisher, if there is one
   */
  public MetricsRoute(
      Koi koi,
      OpenStreams streams,
      LongSupplier cut,
      Announcements announcements,
      Supplier<Optional<PublisherStatus>> publisher) {
    this.koi = koi;
    this.streams = streams;
    this.cut = cut;
    this.announcements = announcements;
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
        announcements.status().ifPresent(announced -> bind(announced, registry));
        if (publisher.get().isPresent()) {
          new PublisherMeters(publisher).bindTo(registry);
        }
      }
      return registry;
    }
  }

  /** The states are fixed, so all have a meter from the start. */
  private void bind(AnnounceStatus now, MeterRegistry registry) {
    for (String state : AnnouncedName.STATES) {
      gauge(
          "koi.announce.names",
          "Names by the state of their announcement",
          registry,
          status -> status.states().getOrDefault(state, 0L),
          "state",
          state);
    }
    gauge(
        "koi.announce.mdns.running",
        "Whether names can be announced by multicast DNS: 1 or 0",
        registry,
        status -> status.mdns().running() ? 1 : 0);
    gauge(
        "koi.announce.interfaces",
        "Interfaces to announce on",
        registry,
        status -> status.interfaces().size());
    counter(
        "koi.announce.commits",
        "Names and services that were given to the network",
        registry,
        MdnsStatus::commits);
    counter(
        "koi.announce.suppressed",
        "Changes that were never sent, because the name rested",
        registry,
        MdnsStatus::suppressed);
    counter(
        "koi.announce.conflicts",
        "Names that belonged to another host",
        registry,
        MdnsStatus::conflicts);
    if (!now.hostsFile().isEmpty()) {
      gauge(
          "koi.announce.hosts.file.names",
          "Names in the hosts file",
          registry,
          AnnounceStatus::hostsFileNames);
      gauge(
          "koi.announce.hosts.file.failing",
          "Whether the hosts file cannot be written: 1 or 0",
          registry,
          status -> status.hostsFileProblem().isEmpty() ? 0 : 1);
    }
  }

  private void gauge(
      String name,
      String description,
      MeterRegistry registry,
      ToDoubleFunction<AnnounceStatus> value,
      String... tags) {
    Gauge.builder(name, announcements, a -> a.status().map(value::applyAsDouble).orElse(Double.NaN))
        .description(description)
        .tags(tags)
        .register(registry);
  }

  private void counter(
      String name, String description, MeterRegistry registry, ToDoubleFunction<MdnsStatus> value) {
    FunctionCounter.builder(
            name,
            announcements,
            a -> a.status().map(AnnounceStatus::mdns).map(value::applyAsDouble).orElse(0.0))
        .description(description)
        .register(registry);
  }
}
