package dev.koi.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.koi.announce.Announcements;
import dev.koi.core.Koi;
import dev.koi.core.settings.ServeSettings;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.publish.PublisherStatus;
import dev.koi.testkit.memory.InMemoryWorld;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A server on a free port, of a Koi that watches a runtime in memory. */
public final class TestServer implements AutoCloseable {

  private final InMemoryWorld world;
  private final Koi koi;
  private final KoiServer server;

  private TestServer(InMemoryWorld world, Koi koi, KoiServer server) {
    this.world = world;
    this.koi = koi;
    this.server = server;
  }

  /** Starts it with these settings of {@code koi.serve}, once the runtime is connected. */
  public static TestServer start(Map<String, ?> settings) throws Exception {
    return start(settings, Announcements.NONE, Optional::empty);
  }

  /** Starts it beside these announcements, and a publisher of that status. */
  public static TestServer start(
      Map<String, ?> settings,
      Announcements announcements,
      Supplier<Optional<PublisherStatus>> publisher)
      throws Exception {
    InMemoryWorld world = InMemoryWorld.open("world");
    Koi koi = Koi.builder().entry("world", Map.of("type", "in-memory")).only("world").start();
    try {
      assertThat(koi.awaitFirstPicture(Duration.ofMinutes(1))).isTrue();
      return new TestServer(
          world, koi, KoiServer.start(koi, settings(settings), announcements, publisher));
    } catch (Exception | AssertionError e) {
      koi.close();
      world.close();
      throw e;
    }
  }

  /** Returns the defaults on any free port, with these settings of {@code koi.serve}. */
  public static ServeSettings settings(Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(Map.of("koi.serve.port", 0));
    settings.forEach((key, value) -> all.put("koi.serve." + key, value));
    return SettingsLoader.loadServe(
        ConfigFactory.parseMap(all, "test"), Optional.empty(), TestServer.class.getClassLoader());
  }

  public InMemoryWorld world() {
    return world;
  }

  public Koi koi() {
    return koi;
  }

  public KoiServer server() {
    return server;
  }

  public int port() {
    return URI.create(server.address()).getPort();
  }

  /** Starts an instance, and returns its id once Koi knows it. */
  public String run(String name) throws InterruptedException {
    world.start(name);
    assertThat(koi.await(k -> !k.find(name).isEmpty(), Duration.ofMinutes(1))).isTrue();
    return koi.find(name).get(0).id();
  }

  /** Connects a client. */
  public RawClient client() throws IOException {
    return new RawClient(port());
  }

  /** Sends one GET request, with these further lines in its head. */
  public RawClient.Answer get(String path, String... headers) throws IOException {
    try (RawClient client = client()) {
      return client.get(path, headers);
    }
  }

  @Override
  public void close() {
    server.close();
    koi.close();
    world.close();
  }
}
