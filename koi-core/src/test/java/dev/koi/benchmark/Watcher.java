package dev.koi.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogManager;

/**
 * A process of its own that watches an engine, by Koi or by the floor, and prints each change with
 * the time at which it was delivered. Its input is {@code attach COUNT} and {@code detach}.
 */
public final class Watcher {

  private Watcher() {}

  /** Takes {@code koi} or {@code floor}, and the engine's socket. */
  public static void main(String[] args) throws Exception {
    quiet();
    Subject subject = args[0].equals("koi") ? new KoiSubject() : new Floor(Path.of(args[1]));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith("attach ")) {
        subject.attach(Integer.parseInt(line.substring(7)), Watcher::print);
        System.out.println("attached");
      } else {
        subject.detach();
        System.out.println("detached");
      }
    }
    System.exit(0);
  }

  private static void print(String kind, String id, String name) {
    Instant now = Instant.now();
    System.out.println(kind + " " + id + " " + name + " " + nanos(now));
  }

  /** Leaves warnings on standard error, and no news. */
  static void quiet() {
    LogManager.getLogManager().getLogger("").setLevel(Level.WARNING);
  }

  static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }
}
