package dev.koi.benchmark;

import dev.koi.testkit.engine.SimulatedEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** What {@code koi watch --json} costs while nothing happens to 200 containers. */
final class Idle implements Section {
  private static final int CONTAINERS = 200;
  private static final int CHANGES_A_SECOND = 20;

  @Override
  public void run(Plan plan, Report report) throws Exception {
    try (SimulatedDocker engine = SimulatedDocker.start(CONTAINERS);
        Child watch = watch(plan, engine)) {
      for (int i = 0; i < CONTAINERS; i++) {
        watch.next(60);
      }
      Thread.sleep(plan.quick() ? 1_000 : 10_000);
      long processor = watch.processorMillis();
      long switches = watch.contextSwitches();
      int seconds = plan.quick() ? 5 : plan.seconds();
      Thread.sleep(seconds * 1_000L);
      double minutes = seconds / 60.0;
      List<String> threads = watch.threads();
      long own = threads.stream().filter(name -> name.startsWith("koi-")).count();
      String section = "idle, " + CONTAINERS + " containers, " + seconds + " s";
      report.add(
          Figure.of(
              section,
              "processor a minute",
              "ms",
              (watch.processorMillis() - processor) / minutes,
              150));
      report.add(
          Figure.of(
              section,
              "context switches a minute",
              "",
              Math.rint((watch.contextSwitches() - switches) / minutes),
              300));
      report.add(Figure.of(section, "threads", "", threads.size(), -1));
      report.add(Figure.of(section, "threads named koi-*", "", (double) own, 8));
      report.add(Figure.of(section, "resident", "MB", (double) watch.residentMegabytes(), 80));
      if (plan.minutes() > 0) {
        change(engine.simulation(), plan.minutes());
        String changed = "after " + plan.minutes() + " minutes of random commands";
        report.add(Figure.of(section, "resident " + changed, "MB", (double) watch.residentMegabytes(), 80));
        report.add(Figure.of(section, "threads " + changed, "", watch.threads().size(), -1));
      }
    }
  }

  /** Starts the command; it prints a line for each container first. */
  private static Child watch(Plan plan, Engine engine) throws Exception {
    return Child.start(
        List.of(
            plan.distribution().resolve("bin/koi").toString(),
            "watch",
            "--json",
            "--backend",
            "docker"),
        withJava(KoiSubject.environment("docker", engine.socket())));
  }

  private static Map<String, String> withJava(Map<String, String> environment) {
    Map<String, String> all = new java.util.HashMap<>(environment);
    all.put("JAVA_HOME", System.getProperty("java.home"));
    return all;
  }

  private static void change(SimulatedEngine engine, int minutes) {
    Random random = new Random(42);
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= CONTAINERS; i++) {
      names.add("many-" + i);
    }
    int changes = minutes * 60 * CHANGES_A_SECOND;
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(names.size());
      String name = names.get(at);
      switch (random.nextInt(4)) {
        case 0 -> engine.restart(name);
        case 1 -> {
          engine.pause(name);
          engine.unpause(name);
        }
        case 2 -> {
          names.set(at, "renamed-" + i);
          engine.rename(name, "renamed-" + i);
        }
        default -> {
          engine.stop(name);
          engine.start(name);
        }
      }
      LockSupport.parkNanos(1_000_000_000L / CHANGES_A_SECOND);
    }
  }
}
