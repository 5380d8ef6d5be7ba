package dev.koi.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigFactory;
import dev.koi.RuntimeEvent;
import dev.koi.core.Koi;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.serve.KoiServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A process of its own that serves an engine over HTTP, and whose one listener measures how late it
 * is notified of each rename. Its input is {@code begin} and {@code end}; after that it prints the
 * delays since {@code begin}, in milliseconds, and the megabytes of heap in use.
 */
public final class Serving {

  private static final List<Double> delays = new ArrayList<>(); // guarded by itself

  private Serving() {}

  /** Takes the idle timeout in seconds; prints the address of the server. */
  public static void main(String[] args) throws Exception {
    Watcher.quiet();
    Koi koi = Koi.start();
    koi.awaitFirstPicture(Duration.ofMinutes(1));
    koi.subscribe(Serving::measure);
    Map<String, Object> settings =
        Map.of(
            "koi.serve.port", 0,
            "koi.serve.max-streams", 256,
            "koi.serve.max-connections", 512,
            "koi.serve.idle-timeout", args[0] + "s");
    KoiServer server =
        KoiServer.start(
            koi,
            SettingsLoader.loadServe(
                ConfigFactory.parseMap(settings),
                Optional.empty(),
                Serving.class.getClassLoader()));
    System.out.println(server.address());
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("end")) {
        System.out.println(report());
      }
      synchronized (delays) {
        delays.clear();
      }
    }
    System.exit(0);
  }

  /** A renamed container has the time of its renaming in its name. */
  private static void measure(RuntimeEvent event) {
    if (event instanceof RuntimeEvent.Updated updated) {
      long renamed = Long.parseLong(updated.instance().containerName().replaceFirst("^r", ""));
      double delay = (Watcher.nanos(Instant.now()) - renamed) / 1e6;
      synchronized (delays) {
        delays.add(delay);
      }
    }
  }

  private static String report() {
    Distribution all;
    synchronized (delays) {
      all = Distribution.of(delays);
    }
    System.gc();
    Runtime heap = Runtime.getRuntime();
    return all.n()
        + " "
        + all.median()
        + " "
        + all.p99()
        + " "
        + ((heap.totalMemory() - heap.freeMemory()) >> 20);
  }
}
