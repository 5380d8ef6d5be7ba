package dev.koi.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.RuntimeEvent;
import dev.koi.core.status.BackendStatus;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Map;

/**
 * A process of its own with a small heap, which watches a hostile engine and a healthy one. It
 * prints the events of the healthy one, and by request the state of the other and its own size.
 */
public final class Besieged {

  private Besieged() {}

  /** Is given the type and the socket of the hostile engine, and the socket of the healthy one. */
  public static void main(String[] args) throws Exception {
    try (Koi koi =
            Koi.builder()
                .entry("hostile", Map.of("type", args[0], "host", "unix://" + args[1]))
                .entry("healthy", Map.of("type", "docker", "host", "unix://" + args[2]))
                .set("koi.timing.connect", "5s")
                .set("koi.timing.find", "5s")
                .set("koi.timing.list", "5s")
                .set("koi.timing.backoff-max", "500ms")
                .set("koi.timing.disconnect-grace", "1s")
                .only("hostile", "healthy")
                .start();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      koi.subscribe(Besieged::print);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.gc();
        Runtime memory = Runtime.getRuntime();
        BackendStatus hostile =
            koi.status().backends().stream()
                .filter(backend -> backend.name().equals("hostile"))
                .findFirst()
                .orElseThrow();
        System.out.printf(
            "%s %d KiB, %d threads, %d containers, %s: %s|%n",
            line,
            (memory.totalMemory() - memory.freeMemory()) >> 10,
            Thread.activeCount(),
            hostile.instances(),
            hostile.state().wireName(),
            hostile.reason());
      }
    }
  }

  private static void print(RuntimeEvent event) {
    if (event.backend().equals("healthy")) {
      System.out.println(
          event instanceof RuntimeEvent.Started started
              ? "Started " + started.instance().name()
              : event instanceof RuntimeEvent.Stopped stopped
                  ? "Stopped " + stopped.instance().name()
                  : event.toString());
    }
  }
}
