package dev.koi.core;

import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Grammar;
import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.Enabled;
import dev.koi.spi.BackendConfig;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two entries that lead to one engine: its containers are shown once. */
@Timeout(60)
class SameRuntimeTest {

  @TempDir Path directory;
  private final Grammar listener = new Grammar();
  private Path socket;
  private Path link;
  private SimulatedEngine engine;
  private Koi koi;

  @BeforeEach
  void start() throws IOException {
    socket = directory.resolve("podman.sock");
    link = Files.createSymbolicLink(directory.resolve("docker.sock"), socket);
    engine = SimulatedEngine.start(Dialect.PODMAN_5, socket);
    engine.run(ContainerSpec.of("web"));
  }

  @AfterEach
  void end() {
    koi.close();
    engine.close();
    listener.verify();
  }

  @Test
  void thePathOfALinkLeadsToTheSameEngine() {
    watch(entry("docker", Enabled.AUTO, link), entry("podman", Enabled.AUTO, socket));
    await().until(() -> present().size() == 1);
    String shown = present().get(0).backend();
    String other = shown.equals("docker") ? "podman" : "docker";
    awaitState(other, BackendState.UNAVAILABLE);

    assertThat(status(other).reason())
        .contains(".sock is the runtime of the entry " + shown + " already, and is shown there");
    engine.run(ContainerSpec.of("db"));
    await().until(() -> present().size() == 2);
    assertThat(present()).extracting(Instance::backend).containsOnly(shown);
    assertThat(listener.events()).hasSize(2).allMatch(RuntimeEvent.Started.class::isInstance);
  }

  @Test
  void anExplicitEntryHasTheRuntimeWhoeverComesFirst() {
    engine.shutDown();
    watch(entry("docker", Enabled.AUTO, link), entry("podman", Enabled.TRUE, socket));
    engine.boot();

    awaitState("podman", BackendState.CONNECTED);
    awaitState("docker", BackendState.UNAVAILABLE);
    await().untilAsserted(() -> assertShownBy("podman"));
    // Until its next attempt, the reason is that the engine was down.
    await().until(() -> status("docker").reason().contains("the runtime of the entry podman"));
  }

  @Test
  void anOutageDoesNotHandTheRuntimeToTheOther() {
    watch(entry("a", Enabled.TRUE, socket), entry("b", Enabled.TRUE, link));
    await().until(() -> present().size() == 1);
    String shown = present().get(0).backend();
    long connects = status(shown).activity().connects();
    engine.crash();
    engine.boot();
    await().until(() -> status(shown).activity().connects() > connects);
    engine.run(ContainerSpec.of("witness"));
    await().until(() -> present().size() == 2);

    assertThat(present()).extracting(Instance::backend).containsOnly(shown);
    assertThat(listener.events()).noneMatch(RuntimeEvent.Stopped.class::isInstance);
  }

  @Test
  void whoReachesTheRuntimeTakesOverFromWhoDoesNot() throws IOException {
    watch(entry("a", Enabled.TRUE, link), entry("b", Enabled.AUTO, socket));
    await().untilAsserted(() -> assertShownBy("a"));
    Files.delete(link);
    engine.cutStreams();

    await().untilAsserted(() -> assertShownBy("b"));
    Files.createSymbolicLink(link, socket);
    await().untilAsserted(() -> assertShownBy("a"));
  }

  @Test
  void differentEnginesAreShownEachByItsEntry() throws IOException {
    Path second = directory.resolve("second.sock");
    try (SimulatedEngine rootful = SimulatedEngine.start(Dialect.PODMAN_4, second)) {
      rootful.run(ContainerSpec.of("web"));
      watch(entry("rootless", Enabled.TRUE, socket), entry("rootful", Enabled.TRUE, second));

      await().until(() -> present().size() == 2);
      assertThat(present())
          .extracting(Instance::backend)
          .containsExactlyInAnyOrder("rootless", "rootful");
      koi.close();
    }
  }

  private void assertShownBy(String entry) {
    assertThat(koi.instances()).extracting(Instance::backend).containsExactly(entry);
    assertThat(present()).extracting(Instance::backend).containsExactly(entry);
  }

  private List<Instance> present() {
    return List.copyOf(listener.present());
  }

  private void awaitState(String entry, BackendState state) {
    await().until(() -> status(entry).state() == state);
  }

  private BackendStatus status(String entry) {
    return koi.status().backends().stream()
        .filter(backend -> backend.name().equals(entry))
        .findFirst()
        .orElseThrow();
  }

  private static BackendSettings entry(String name, Enabled enabled, Path socket) {
    BackendConfig config = BackendConfig.of(name, Map.of("host", "unix://" + socket));
    return new BackendSettings(name.equals("docker") ? "docker" : "podman", enabled, config);
  }

  private void watch(BackendSettings... entries) {
    Set<String> names = Stream.of(entries).map(BackendSettings::name).collect(toUnmodifiableSet());
    koi =
        Koi.builder()
            .settings(new KoiSettings(TestKoi.WITHOUT_RESYNC, List.of(entries), names))
            .start();
    koi.subscribe(listener);
  }
}
