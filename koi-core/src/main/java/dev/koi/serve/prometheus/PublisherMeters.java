package dev.koi.serve.prometheus;

import dev.koi.publish.PublisherStatus;
import dev.koi.publish.PublisherStatus.Counts;
import dev.koi.publish.PublisherStatus.State;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The meters of a publisher. They refer to its status weakly, so the caller has to keep that. */
final class PublisherMeters implements MeterBinder {

  private final Supplier<Optional<PublisherStatus>> publisher;

  /** Makes a binder for a publisher that is there. */
  PublisherMeters(Supplier<Optional<PublisherStatus>> publisher) {
    this.publisher = publisher;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (State state : State.values()) {
      Gauge.builder("koi.publish.state", publisher, p -> of(p).state() == state ? 1 : 0)
          .description("1 for the present state of the publisher, else 0")
          .tag("state", state.wireName())
          .register(registry);
    }
    Gauge.builder("koi.publish.instances", publisher, p -> of(p).instances())
        .description("Instances of this host that etcd has")
        .register(registry);
    Gauge.builder("koi.publish.pending", publisher, p -> of(p).pending())
        .description("Changes that are still to be written to etcd")
        .register(registry);
    count(registry, "puts", "Values written to etcd", Counts::puts);
    count(registry, "deletes", "Keys deleted from etcd", Counts::deletes);
    count(registry, "bytes", "Length of the values written to etcd", Counts::bytes);
    count(registry, "transactions", "Transactions that wrote to etcd", Counts::transactions);
    count(registry, "failures", "Times that publishing began again", Counts::failures);
    count(registry, "omitted", "Changes left out: the key would be too long", Counts::omitted);
  }

  private void count(
      MeterRegistry registry, String name, String description, ToLongFunction<Counts> count) {
    FunctionCounter.builder(
            "koi.publish." + name, publisher, p -> count.applyAsLong(of(p).counts()))
        .description(description)
        .register(registry);
  }

  private static PublisherStatus of(Supplier<Optional<PublisherStatus>> publisher) {
    return publisher.get().orElseThrow();
  }
}
