package dev.koi;

import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.koi.docker.engine.RealEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four threads give a real engine random commands, also such as it refuses, while {@code koi watch}
 * runs and the engine's process is frozen for seconds at a time. When they have ended, Koi's
 * picture must be the engine's own, and each instance's events must be {@code started updated*
 * stopped}.
 *
 * <p>The engines are its own, because others would miss frozen ones and because Podman cannot
 * remove all that is left. {@code mvn verify -Dkoi.tests=all -Dit.test=ChaosIT
 * -Dkoi.chaos.seconds=90} is a longer form; {@code -Dkoi.chaos.suite=trixie} takes the engines of
 * Debian 13.
 */
@Timeout(7200)
@LongTest
class ChaosIT {

  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("koi.chaos.seconds", 10));
  private static final long SEED = Long.getLong("koi.chaos.seed", System.nanoTime());

  private static String control;
  private static Path engines;

  @TempDir Path directory;

  private RealEngine engine;
  private Process koi;
  private Path output;

  @BeforeAll
  static void startEngines() throws Exception {
    control = RealEngine.required("KOI_TEST_ENGINES_CONTROL");
    engines = Files.createTempDirectory(Path.of("/tmp"), "koi-"); // a short path, as sockets need
    run(control, "--suite", System.getProperty("koi.chaos.suite", ""), "start", engines.toString());
  }

  @AfterAll
  static void stopEngines() throws Exception {
    if (engines != null) {
      run(control, "stop", engines.toString());
    }
  }

  private static void run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(DISCARD).start();
    assertThat(process.waitFor()).as("%s", List.of(command)).isZero();
  }

  @AfterEach
  void end() throws InterruptedException {
    if (koi != null) {
      koi.descendants().forEach(ProcessHandle::destroy);
      koi.destroy();
      koi.waitFor();
    }
    if (engine != null) {
      engine.close();
    }
  }

  @Test
  void docker() throws Exception {
    engine = RealEngine.docker("unix://" + engines.resolve("docker.sock"));
    chaos("docker");
  }

  @Test
  void podman() throws Exception {
    engine = RealEngine.podman("unix://" + engines.resolve("podman.sock"));
    chaos("podman");
  }

  private void chaos(String backend) throws Exception {
    output = directory.resolve("events.json");
    String host = "koi.backends." + backend + ".host=" + engine.host();
    koi =
        new ProcessBuilder(
                "target/koi/bin/koi", "watch", "--json", "--backend", backend, "--set", host)
            .redirectOutput(output.toFile())
            .redirectError(directory.resolve("errors.txt").toFile())
            .start();
    String network = engine.network(engine.name("net"));
    Queue<String> ids = new ConcurrentLinkedQueue<>();
    ExecutorService shells = Executors.newFixedThreadPool(5);
    List<Future<?>> all = new ArrayList<>();
    all.add(shells.submit(() -> freezeAndThaw(backend)));
    for (int shell = 0; shell < 4; shell++) {
      int number = shell;
      all.add(shells.submit(() -> shell(number, network, ids)));
    }
    for (Future<?> one : all) {
      one.get();
    }
    shells.shutdown();
    try {
      awaitEnginesPicture(ids); // some are still paused, which Podman may be unable to inspect
    } finally {
      ids.forEach(id -> attempt("unpause", id)); // Podman 4 cannot remove all of these
    }
    awaitEnginesPicture(ids);
    assertThat(histories().values()).allMatch(history -> history.matches("(su*x)*(su*)?"));
  }

  /** Freezes the engine now and then, mostly for less time than Koi waits for an answer. */
  private Void freezeAndThaw(String backend) throws Exception {
    Random random = new Random(SEED - 1);
    long end = System.nanoTime() + LENGTH.toNanos();
    while (System.nanoTime() - end < 0) {
      Thread.sleep(2000 + random.nextInt(8000));
      signal("STOP", backend);
      try {
        Thread.sleep(random.nextInt(random.nextInt(4) == 0 ? 9000 : 3000));
      } finally {
        signal("CONT", backend);
      }
    }
    return null;
  }

  private void signal(String signal, String backend) throws Exception {
    String first = Files.readString(engines.resolve("world")).replaceAll("\\s.*", "");
    String kill =
        "kill -" + signal + " " + Files.readString(engines.resolve(backend + ".pid")).strip();
    run("nsenter", "--target", first, "--mount", "--pid", "sh", "-c", kill);
  }

  /** Does to containers of its own what people do to theirs, and some of it to paused ones. */
  private void shell(int number, String network, Queue<String> ids) {
    Random random = new Random(SEED + number);
    List<String> own = new ArrayList<>();
    long end = System.nanoTime() + LENGTH.toNanos();
    for (int step = 0; System.nanoTime() - end < 0; step++) {
      if (own.size() < 3 || (own.size() < 8 && random.nextInt(4) == 0)) {
        String name = engine.name(number + "-" + step);
        try {
          own.add(engine.run(name));
          ids.add(own.get(own.size() - 1));
        } catch (AssertionError e) {
          continue; // a busy engine refuses some of it
        }
      }
      String id = own.get(random.nextInt(own.size()));
      switch (random.nextInt(13)) {
        case 0 -> attempt("stop", "-t", "1", id);
        case 1 -> attempt("start", id);
        case 2 -> attempt("restart", "-t", "1", id);
        case 3, 4 -> attempt("pause", id);
        case 5 -> attempt("unpause", id);
        case 6 -> attempt("kill", "-s", "HUP", id);
        case 7 -> attempt("rename", id, engine.name(number + "-renamed-" + step));
        case 8 -> attempt("network", "connect", network, id);
        case 9 -> attempt("network", "disconnect", network, id);
        case 10 -> {
          attempt("pause", id);
          attempt("network", "connect", network, id);
          attempt("rename", id, engine.name(number + "-renamed-" + step));
        }
        case 11 -> {
          attempt("network", "disconnect", "-f", network, id);
          attempt("unpause", id);
        }
        default -> {
          attempt("rm", "-f", id);
          own.remove(id);
        }
      }
    }
  }

  private void attempt(String... command) {
    try {
      engine.cli(command);
    } catch (AssertionError e) {
      // refused, such as to unpause what is not paused
    }
  }

  private void awaitEnginesPicture(Queue<String> ids) {
    await()
        .atMost(Duration.ofSeconds(150))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> assertThat(koisPicture()).as("seed %d", SEED).isEqualTo(enginesPicture(ids)));
  }

  private Map<String, String> enginesPicture(Queue<String> ids) {
    Map<String, String> picture = new TreeMap<>();
    String format = "{{.ID}} {{.Names}} {{.Networks}} {{.Status}}";
    for (String row : engine.cli("ps", "-a", "--no-trunc", "--format", format).lines().toList()) {
      String[] words = row.split(" ", 4);
      String state =
          words[3].contains("Paused") ? "paused" : words[3].startsWith("Up") ? "running" : "";
      if (ids.contains(words[0]) && !state.isEmpty()) {
        Set<String> networks = new TreeSet<>(List.of(words[2].split(",")));
        networks.remove("");
        picture.put(words[0], state + " " + words[1] + " " + networks);
      }
    }
    return picture;
  }

  private Map<String, String> koisPicture() throws IOException {
    Map<String, String> picture = new TreeMap<>();
    for (JsonNode event : events()) {
      JsonNode instance = event.path("instance");
      String id = instance.path("id").asText();
      if (!instance.path("container_name").asText().startsWith(engine.name(""))) {
        continue;
      }
      switch (event.path("type").asText()) {
        case "started", "updated" -> {
          Set<String> networks = new TreeSet<>();
          instance.path("networks").forEach(each -> networks.add(each.path("name").asText()));
          String name = instance.path("container_name").asText();
          picture.put(id, instance.path("state").asText() + " " + name + " " + networks);
        }
        default -> picture.remove(id);
      }
    }
    return picture;
  }

  /** Returns the events of each id, one letter an event. */
  private Map<String, String> histories() throws IOException {
    Map<String, String> histories = new TreeMap<>();
    for (JsonNode event : events()) {
      String letter =
          switch (event.path("type").asText()) {
            case "started" -> "s";
            case "updated" -> "u";
            case "stopped" -> "x";
            default -> "";
          };
      histories.merge(event.path("instance").path("id").asText(), letter, String::concat);
    }
    histories.remove("");
    return histories;
  }

  private List<JsonNode> events() throws IOException {
    JsonMapper mapper = new JsonMapper();
    List<JsonNode> events = new ArrayList<>();
    String text = Files.readString(output, UTF_8);
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      events.add(mapper.readTree(line));
    }
    return events;
  }
}
