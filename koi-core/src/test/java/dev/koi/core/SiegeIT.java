package dev.koi.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.LongTest;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.Fault;
import dev.koi.testkit.engine.Hostility;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One engine does all that only an enemy would, first one thing after another and then several at a
 * time by a seed that is printed. A Koi with a heap of 64 MB goes on to follow another engine.
 *
 * <p>{@code mvn verify -Dit.test=SiegeIT -Dkoi.tests=all -Dkoi.siege.seconds=300} is the long form.
 */
@LongTest
@Timeout(7200) // longer than anybody lets it run
class SiegeIT {

  private static final long SEED = Long.getLong("koi.siege.seed", System.currentTimeMillis());
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("koi.siege.seconds", 15));
  private static final Duration PAUSE = Duration.ofMillis(500); // between two healthy changes
  private static final Duration SHORT = Duration.ofMinutes(1);
  private static final int MOST_WAITS = 12; // longer than the pause between two lists
  private static final int LONGEST_REASON = 2000;
  private static final Pattern STATE =
      Pattern.compile(
          "\\w+ (\\d+) KiB, (\\d+) threads, (\\d+) containers, (\\w+): (.*)\\|", Pattern.DOTALL);

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private final List<Long> waits = new ArrayList<>(); // for the healthy engine's events, in ms
  private SimulatedEngine hostile;
  private SimulatedEngine healthy;
  private Process koi;
  private Path output;
  private int changes;
  private int questions;

  @ParameterizedTest
  @CsvSource({"docker, DOCKER_28", "podman, PODMAN_5"})
  void aHostileEngineHarmsNoOther(String type, Dialect dialect) throws Exception {
    output = directory.resolve("output");
    try (SimulatedEngine first = SimulatedEngine.start(dialect, directory.resolve("hostile"));
        SimulatedEngine second =
            SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("healthy"))) {
      hostile = first;
      healthy = second;
      hostile.runMany(20);
      koi = start(type);
      try {
        change();
        waits.clear(); // that was the start of a JVM
        long size = size();
        besiege(type);
        assertThat(size()).as("KiB after the siege").isLessThan(2 * size + (8 << 10));
      } finally {
        koi.destroyForcibly().waitFor();
      }
      report(type);
    }
  }

  private Process start(String type) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-cp",
            System.getProperty("java.class.path"),
            Besieged.class.getName(),
            type,
            hostile.socket().toString(),
            healthy.socket().toString())
        .redirectError(directory.resolve("log").toFile())
        .redirectOutput(output.toFile())
        .start();
  }

  private void besiege(String type) throws Exception {
    Hostility[] all = Hostility.values();
    Duration each = LENGTH.dividedBy(all.length + all.length / 3);
    int met = 0;
    boolean others = type.equals("docker");
    for (Hostility one : all) {
      others = !others;
      if (others && LENGTH.compareTo(SHORT) < 0) {
        continue; // the other type has its turn
      }
      awaitConnected();
      long began = cpu();
      Fault attack = hostile.faults().attack(one);
      follow(each);
      for (int i = 0; i < MOST_WAITS && attack.hits() == 0; i++) {
        follow(PAUSE); // a Koi that polls asks for some things only once a minute
      }
      met += attack.hits() > 0 ? 1 : 0;
      System.out.printf("%s %s, %d ms of CPU: %s%n", type, one, cpu() - began, state());
      attack.lift();
    }
    long end = System.nanoTime() + LENGTH.dividedBy(4).toNanos();
    while (end - System.nanoTime() > 0) {
      hostile.faults().attack(all[random.nextInt(all.length)]);
      follow(PAUSE);
      if (random.nextInt(3) == 0) {
        hostile.faults().lift();
      }
    }
    assertThat(met).as("attacks that met Koi").isGreaterThan(all.length / 4);
    System.out.printf("%s, mixed by seed %d: %s%n", type, SEED, state());
    hostile.faults().lift();
    awaitConnected();
  }

  /** What Koi reads again when the attack is over is right. */
  private void awaitConnected() {
    Awaitility.await()
        .pollInterval(PAUSE.dividedBy(5))
        .untilAsserted(
            () -> {
              change();
              Matcher state = asked();
              assertThat(state.group(4)).as(state.group()).isEqualTo("connected");
              assertThat(state.group(3)).as(state.group()).isEqualTo("20");
            });
  }

  private long cpu() {
    return koi.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
  }

  /** Has Koi connect anew, so that the attack meets each request; follows the healthy one. */
  private void follow(Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    hostile.cutStreams();
    hostile.emit("{\"Type\":\"container\",\"Action\":\"start\",\"Actor\":{\"ID\":\"none\"}}");
    do {
      change();
      LockSupport.parkNanos(PAUSE.toNanos());
    } while (end - System.nanoTime() > 0);
  }

  /** Starts or stops a container of the healthy engine, and waits until Koi has said so. */
  private void change() throws Exception {
    String name = "c" + changes / 2;
    String event = changes % 2 == 0 ? "Started " + name : "Stopped " + name;
    long began = System.nanoTime();
    if (changes % 2 == 0) {
      healthy.run(ContainerSpec.of(name));
    } else {
      healthy.remove(name);
    }
    changes++;
    await(event);
    waits.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
  }

  private String await(String beginning) {
    String[] found = {""};
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(koi.isAlive()).as(tail()).isTrue();
              found[0] =
                  Files.readAllLines(output).stream()
                      .filter(line -> line.startsWith(beginning))
                      .filter(line -> !beginning.startsWith("state") || line.endsWith("|"))
                      .findFirst()
                      .orElse("");
              assertThat(found[0]).as("%s in%n%s", beginning, tail()).isNotEmpty();
            });
    return found[0];
  }

  private String tail() throws IOException {
    List<String> lines = Files.readAllLines(output);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  private Matcher asked() throws IOException {
    String question = "state" + questions++;
    koi.getOutputStream().write((question + "\n").getBytes(UTF_8));
    koi.getOutputStream().flush();
    String answer = await(question + " ");
    Matcher state = STATE.matcher(answer);
    assertThat(state.matches()).as(answer).isTrue();
    return state;
  }

  /** Returns what Koi says of the hostile engine, which must be short and clear. */
  private String state() throws IOException {
    Matcher state = asked();
    if (!state.group(4).startsWith("connect")) { // connected or connecting
      assertThat(state.group(5)).isNotBlank();
    }
    assertThat(state.group(5)).hasSizeLessThan(LONGEST_REASON).doesNotContainPattern("\\p{Cc}");
    return state.group().replaceFirst("^\\w+ ", "");
  }

  private long size() throws IOException {
    return Long.parseLong(asked().group(1));
  }

  private void report(String type) throws IOException {
    List<Long> sorted = waits.stream().sorted().toList();
    System.out.printf(
        "%s: %d events of the healthy engine, each seen after %d ms (median), %d ms (99 %%), %d ms"
            + " (longest); %d bytes printed%n",
        type,
        sorted.size(),
        sorted.get(sorted.size() / 2),
        sorted.get(sorted.size() * 99 / 100),
        sorted.get(sorted.size() - 1),
        Files.size(output));
  }
}
