package dev.koi.benchmark;

import dev.koi.testkit.engine.SimulatedEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * What {@code koi watch --json} costs while nothing happens to 200 containers, beside a Java
 * process that only sleeps; and after minutes of random commands.
 */
final class Idle implements Section {
  private static final int CONTAINERS = 200;
  private static final int CHANGES_A_SECOND = 20;

  @Override
  public void run(Plan plan, Report report) throws Exception {
    int seconds = plan.quick() ? 5 : plan.seconds();
    try (SimulatedDocker engine = SimulatedDocker.start(CONTAINERS);
        Child watch = watch(plan, engine);
        Child sleep = sleep(plan)) {
      for (int i = 0; i < CONTAINERS; i++) {
        watch.next(60);
      }
      Thread.sleep(plan.quick() ? 1_000 : 10_000);
      Usage koi = new Usage(watch);
      Usage floor = new Usage(sleep);
      Thread.sleep(seconds * 1_000L);
      report.begin("idle, " + CONTAINERS + " containers, " + seconds + " s");
      report.value("ms of processor a minute", koi.processor(), floor.processor(), 150);
      report.value("context switches a minute", koi.switches(), floor.switches(), 300);
      report.value("threads", watch.threads().size(), sleep.threads().size(), -1);
      long own = watch.threads().values().stream().filter(n -> n.startsWith("koi-")).count();
      report.value("threads named koi-*", (double) own, 8);
      report.value("MB resident", watch.megabytes(), sleep.megabytes(), 80);
      if (plan.minutes() > 0) {
        change(engine.simulation(), plan.minutes());
        String later = ", after " + plan.minutes() + " minutes of random commands";
        report.value("MB resident" + later, watch.megabytes(), 80);
        report.value("threads" + later, watch.threads().size(), -1);
      }
    }
  }

  /** What a process has used since this was made, for each minute. */
  private static final class Usage {
    private final Child child;
    private final long began = System.nanoTime();
    private final long processor;
    private final Map<Path, Long> switches;

    Usage(Child child) throws IOException {
      this.child = child;
      processor = child.processorMillis();
      switches = child.contextSwitches();
    }

    double processor() throws IOException {
      return (child.processorMillis() - processor) / minutes();
    }

    double switches() throws IOException {
      long sum = 0;
      for (Map.Entry<Path, Long> thread : child.contextSwitches().entrySet()) {
        sum += thread.getValue() - switches.getOrDefault(thread.getKey(), 0L);
      }
      return sum / minutes();
    }

    private double minutes() {
      return (System.nanoTime() - began) / 60e9;
    }
  }

  /** Starts the command; it prints a line for each container first. */
  static Child watch(Plan plan, Engine engine) throws IOException {
    Map<String, String> environment =
        new HashMap<>(KoiSubject.environment("docker", engine.socket()));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    String koi = plan.distribution().resolve("bin/koi").toString();
    return Child.start(List.of(koi, "watch", "--json", "--backend", "docker"), environment);
  }

  private static Child sleep(Plan plan) throws IOException {
    return Child.java(plan.classPath(), Map.of(), EmptyMain.class, 3_600);
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
