package dev.koi.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.koi.core.Koi;
import dev.koi.core.settings.FleetSettings;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.publish.PublisherStatus.State;
import dev.koi.testkit.memory.InMemoryWorld;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A host whose instances exist in memory only, and the publisher that tells the fleet of them. */
final class TestHost implements AutoCloseable {

  private final FleetSettings settings;
  private final InMemoryWorld world;
  private final Koi koi;
  private final List<State> states = new CopyOnWriteArrayList<>();
  private Publisher publisher;

  private TestHost(FleetSettings settings, InMemoryWorld world) {
    this.settings = settings;
    this.world = world;
    this.koi =
        Koi.builder()
            .entry("docker", Map.of("type", "in-memory", "world", world.name()))
            .set("koi.timing.connect", "1m")
            .only("docker")
            .start();
  }

  /** Starts Koi for a world, but not the publisher. */
  static TestHost of(InMemoryWorld world, FleetSettings settings) {
    return new TestHost(settings, world);
  }

  /** Starts a world of that name, Koi and the publisher. */
  static TestHost publishing(String world, FleetSettings settings) throws Exception {
    TestHost host = of(InMemoryWorld.open(world), settings);
    host.publish();
    return host;
  }

  /** Returns the settings of a publisher for these servers. */
  static FleetSettings settings(List<String> endpoints, String host, Map<String, String> more) {
    Map<String, Object> values = new HashMap<>(more);
    values.put("koi.fleet.endpoints", endpoints);
    values.put("koi.fleet.publish", true);
    values.put("koi.fleet.host", host);
    return SettingsLoader.loadFleet(
        ConfigFactory.parseMap(values, "test"), Optional.empty(), TestHost.class.getClassLoader());
  }

  void publish() throws Exception {
    publish(
        status -> {
          if (states.isEmpty() || states.get(states.size() - 1) != status.state()) {
            states.add(status.state()); // and not for another reason
          }
        });
  }

  void publish(Consumer<PublisherStatus> onChange) throws Exception {
    publisher = Publisher.start(koi, settings, onChange);
  }

  InMemoryWorld world() {
    return world;
  }

  Koi koi() {
    return koi;
  }

  Publisher publisher() {
    return publisher;
  }

  /** Waits until these are all states that the publisher has told. */
  void awaitStates(State... all) {
    await().untilAsserted(() -> assertThat(states).containsExactly(all));
  }

  void awaitState(State state) {
    await()
        .untilAsserted(
            () ->
                assertThat(publisher.status().state())
                    .as(publisher.status().toString())
                    .isEqualTo(state));
  }

  /** Ends the publisher as a signal does. */
  void end() {
    publisher.close();
  }

  @Override
  public void close() {
    if (publisher != null) {
      publisher.close();
    }
    koi.close();
    world.close();
  }
}
