package dev.koi.benchmark;

import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * An engine that changes all the time, a server with little memory, and many clients of its event
 * stream, of which a quarter never read. In the column of the floor is the same server without any
 * client: its listener must hardly notice them.
 */
final class Streams implements Section {
  private static final int CONTAINERS = 1_000;
  private static final int CHANGES_A_SECOND = 1_000;
  private static final int READERS = 150;
  private static final int OTHERS = 50;
  private static final int PATIENCE = 120; // seconds

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> names = new ArrayList<>();
  private int next;

  @Override
  public void run(Plan plan, Report report) throws Exception {
    int seconds = plan.quick() ? 6 : 60;
    int idleTimeout = plan.quick() ? 2 : 30;
    try (SimulatedDocker engine = SimulatedDocker.start(CONTAINERS);
        Child server = serve(plan, engine, idleTimeout)) {
      for (int i = 1; i <= CONTAINERS; i++) {
        names.add("many-" + i);
      }
      URI address = URI.create(server.next(PATIENCE).text());
      change(engine.simulation(), plan.quick() ? 1 : 20); // the code is cold
      Measured alone = measure(engine, server, plan.quick() ? 2 : 20);
      try (Child clients =
          Child.java(
              plan.classPath(),
              Map.of(),
              StreamClients.class,
              address.getPort(),
              READERS,
              OTHERS)) {
        clients.next(PATIENCE);
        Measured served = measure(engine, server, seconds);
        double resident = server.megabytes();
        double open = meter(address, "koi_serve_streams ");
        double cut = meter(address, "koi_serve_streams_cut_total ");
        clients.end();
        String[] told = clients.next(PATIENCE).text().split(" ", -1);
        report.begin(
            "streams, " + (READERS + OTHERS) + " clients, 128 MB of heap, " + seconds + " s");
        report.times("listener of the same Koi", served.delays, alone.delays, 1.2);
        report.value("changes a second", Math.rint((double) served.delays.n() / seconds), -1);
        report.times("stream", distribution(told, 1));
        report.value("MB a second to all", Double.parseDouble(told[4]) / seconds, -1);
        report.value("clients that do not read and are still there", OTHERS - cut, 0);
        report.value("readers that are gone", READERS - open, 0);
        report.value("ms of processor a second", served.processor, alone.processor, -1);
        report.value("MB of heap in use", served.heap, alone.heap, 100);
        report.value("MB resident", resident, -1);
      }
    }
  }

  /** Of the server; its processor time is in ms a second. */
  private record Measured(Distribution delays, double heap, double processor) {}

  private static Child serve(Plan plan, SimulatedDocker engine, int idleTimeout)
      throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Child.start(
        List.of(
            java,
            "-Xmx128m",
            "-cp",
            plan.classPath(),
            Serving.class.getName(),
            Integer.toString(idleTimeout)),
        KoiSubject.environment(engine.backend(), engine.socket()));
  }

  private Measured measure(SimulatedDocker engine, Child server, int seconds) throws Exception {
    server.tell("begin");
    long before = server.processorMillis();
    change(engine.simulation(), seconds);
    double processor = Math.rint((double) (server.processorMillis() - before) / seconds);
    server.tell("end");
    String[] words = server.next(PATIENCE).text().split(" ", -1);
    return new Measured(distribution(words, 0), Double.parseDouble(words[3]), processor);
  }

  private static Distribution distribution(String[] words, int from) {
    return new Distribution(
        Integer.parseInt(words[from]),
        Double.parseDouble(words[from + 1]),
        Double.parseDouble(words[from + 2]));
  }

  /** Renames the containers in turns; the new name is the time. */
  private void change(SimulatedEngine engine, int seconds) {
    long began = System.nanoTime();
    for (long i = 1; i <= (long) seconds * CHANGES_A_SECOND; i++) {
      String name = "r" + Watcher.nanos(Instant.now());
      engine.rename(names.set(next, name), name);
      next = (next + 1) % CONTAINERS;
      LockSupport.parkNanos(began + i * 1_000_000_000L / CHANGES_A_SECOND - System.nanoTime());
    }
  }

  private double meter(URI address, String name) throws Exception {
    String all =
        http.send(
                HttpRequest.newBuilder(address.resolve("/metrics")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return all.lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }
}
