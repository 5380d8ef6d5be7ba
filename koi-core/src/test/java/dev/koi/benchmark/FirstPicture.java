package dev.koi.benchmark;

import java.util.ArrayList;
import java.util.List;

/** The first picture of 200 containers in a warm JVM, and of 10,000 in a new one. */
final class FirstPicture implements Section {
  private final int containers;
  private final int warmUp;
  private final int rounds;

  FirstPicture(int containers, int warmUp, int rounds) {
    this.containers = containers;
    this.warmUp = warmUp;
    this.rounds = rounds;
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    try (SimulatedDocker engine = SimulatedDocker.start(containers);
        Child child =
            Child.java(
                plan.classPath(),
                KoiSubject.environment(engine.backend(), engine.socket()),
                Pictures.class,
                engine.socket(),
                containers,
                warmUp,
                rounds)) {
      List<List<Double>> columns = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (String line : child.await()) {
        String[] nanos = line.split(" ", -1);
        for (int i = 0; i < nanos.length; i++) {
          columns.get(i).add(Long.parseLong(nanos[i]) / 1e6);
        }
      }
      Distribution koi = Distribution.of(columns.get(0));
      report.begin("first picture of " + containers + ", " + engine.version());
      report.times("beside list + 8 threads", koi, Distribution.of(columns.get(1)), 1.3);
      report.times("beside list + one by one", koi, Distribution.of(columns.get(2)), 1);
    }
  }
}
