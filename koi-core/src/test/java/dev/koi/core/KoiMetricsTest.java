package dev.koi.core;

import static dev.koi.core.TestKoi.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.spi.ChangeHint;
import dev.koi.testkit.memory.InMemoryWorld;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KoiMetricsTest {

  private final InMemoryWorld world = InMemoryWorld.open("world");
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicBoolean deaf = new AtomicBoolean();
  private final Semaphore leave = new Semaphore(0);
  private final Koi koi =
      TestKoi.start(
          TestKoi.timing(Duration.ofMinutes(1), Duration.ofMillis(100), Duration.ofMillis(200)),
          new Tampered()
              .take(
                  sound -> {
                    ChangeHint hint = sound.take();
                    while (deaf.get()) {
                      hint = sound.take();
                    }
                    return hint;
                  }),
          entry("world", "tampered"));

  @AfterEach
  void end() {
    leave.release(1_000_000);
    koi.close();
    world.close();
  }

  private double value(String name, String... tags) {
    Search search = registry.find(name).tags(tags);
    return search.gauge() != null
        ? search.gauge().value()
        : search.functionCounter() == null ? Double.NaN : search.functionCounter().count();
  }

  @Test
  void anEntryHasItsStateItsInstancesAndItsCounts() {
    new KoiMetrics(koi).bindTo(registry);
    world.start("web");

    await().until(() -> value("koi.instances", "backend", "world", "type", "tampered") == 1);
    await().until(() -> value("koi.backend.state", "state", "connected") == 1); // after the picture
    assertThat(value("koi.backend.state", "state", "failed")).isZero();
    assertThat(value("koi.changes")).isEqualTo(1);
    assertThat(value("koi.lists")).isPositive();
    assertThat(value("koi.connects")).isEqualTo(1);
    world.lose();

    await().until(() -> value("koi.backend.state", "state", "unavailable") == 1);
    await().until(() -> value("koi.errors", "method", "take") > 0);
    koi.close();
    assertThat(value("koi.backend.state", "state", "closed")).isEqualTo(1);
  }

  @Test
  void whatOnlyAListShowsIsDrift() {
    new KoiMetrics(koi).bindTo(registry);
    await().until(() -> value("koi.lists") >= 2);
    deaf.set(true);
    world.start("unheard-of");

    await().until(() -> value("koi.drift") == 1);
  }

  @Test
  void aListenerHasMetersAsLongAsItIsSubscribed() {
    new KoiMetrics(koi).bindTo(registry);
    String web = world.start("web");
    Subscription subscription =
        koi.subscribe(ListenerOptions.named("slow"), event -> leave.acquireUninterruptibly());
    await().until(() -> value("koi.listener.events", "listener", "slow") == 1);
    world.pause(web);
    world.start("db");
    await().until(() -> value("koi.listener.lag", "listener", "slow") >= 2);
    world.unpause(web);
    await().until(() -> value("koi.listener.conflated", "listener", "slow") >= 1);
    assertThat(value("koi.listener.failures", "listener", "slow")).isZero();
    leave.release(1_000_000);
    subscription.close();
    assertThat(value("koi.listener.lag")).isNaN();
    koi.subscribe(event -> {});
    assertThat(value("koi.listener.lag")).isNotNaN();
    koi.close();

    assertThat(value("koi.listener.lag")).isNaN();
  }

  @Test
  void itsDocumentationNamesEveryMeter() throws IOException {
    koi.subscribe(event -> {});
    new KoiMetrics(koi).bindTo(registry);
    Set<String> documented =
        Pattern.compile("<td>(koi[.][a-z.]+)</td>")
            .matcher(Files.readString(Path.of("src/main/java/dev/koi/core/KoiMetrics.java")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(registry.getMeters().stream().map(Meter::getId).map(Meter.Id::getName))
        .isSubsetOf(documented)
        .containsAll(documented);
  }
}
