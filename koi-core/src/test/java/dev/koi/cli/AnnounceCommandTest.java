package dev.koi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code koi explain} beside {@code koi serve --announce}. */
class AnnounceCommandTest {

  @TempDir Path directory;

  private final TestKoi koi = new TestKoi(Clock.systemUTC());
  private final TestKoi other = new TestKoi(Clock.systemUTC());
  private SimulatedEngine engine;
  private Thread serve;

  @BeforeEach
  void start() {
    Path socket = directory.resolve("engine.sock");
    koi.connect("docker", socket);
    other.connect("docker", socket);
    engine = SimulatedEngine.start(Dialect.DOCKER_28, socket);
  }

  @AfterEach
  void end() throws InterruptedException {
    serve.interrupt();
    serve.join(TestKoi.PATIENCE.toMillis());
    engine.close();
  }

  private void serve(String... more) {
    String[] command = new String[more.length + 3];
    System.arraycopy(new String[] {"serve", "--port", "0"}, 0, command, 0, 3);
    System.arraycopy(more, 0, command, 3, more.length);
    koi.set("koi.announce.mdns", "off");
    koi.set("koi.announce.hosts-file", directory.resolve("hosts"));
    serve = koi.start(command);
    Pattern place = Pattern.compile("serves http://127.0.0.1:(\\d+)/");
    await().untilAsserted(() -> assertThat(koi.err()).containsPattern(place));
    Matcher found = place.matcher(koi.err());
    assertThat(found.find()).isTrue();
    other.set("koi.serve.port", found.group(1));
  }

  private void awaitExplanation(String text) {
    await()
        .untilAsserted(
            () -> {
              assertThat(other.run("explain", "web", "--backend", "docker")).isZero();
              assertThat(other.out()).contains(text);
            });
  }

  @Test
  void theRunningServerKnowsWhyANameIsNotAnnounced() {
    serve("--announce");
    String web =
        engine.run(ContainerSpec.of("web").publish(8080, 80).label("koi.announce", "shop"));
    engine.pause(web);

    awaitExplanation("announced  no, withheld, because it is paused\n");
    other.run("explain", "web", "--backend", "docker", "--json");
    assertThat(other.out()).contains("\"announcements\":[{\"backend\":\"docker\",\"id\":\"" + web);
  }

  @Test
  void aServerThatDoesNotAnnounceIsSaidToBeOne() {
    serve();
    engine.run(ContainerSpec.of("web").publish(8080, 80).label("koi.announce", "shop"));

    awaitExplanation("  now        not announced; the running 'koi serve' lacks --announce\n");
    assertThat(directory.resolve("hosts")).doesNotExist();
  }
}
