package dev.koi.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How long after the engine's event Koi tells a listener of a rename and of a start, beside a bare
 * reader of the event stream that inspects the container. Both are processes; they are attached in
 * turns of thirty events, so that neither disturbs the other. The first turn of a process is
 * reported by itself, for then its code is still cold.
 */
final class Events implements Section {
  private static final int TURN = 30;
  private static final int PATIENCE = 30; // seconds
  private static final int PACE = 550; // ms; Koi inspects one container at most twice a second

  private int serial;

  /** The delays of one subject, in milliseconds. */
  private static final class Delays {
    final List<Double> first = new ArrayList<>();
    final List<Double> later = new ArrayList<>();
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    for (int containers : plan.quick() ? List.of(40) : List.of(1, 40, 200, 1_000)) {
      try (SimulatedDocker engine = SimulatedDocker.start(containers)) {
        measure(plan, report, engine, containers, plan.quick() ? 2 : 8, plan.quick() ? 1 : 2);
      }
    }
    for (RealEngine engine : RealEngine.all()) {
      try (engine) {
        for (int containers : plan.quick() ? List.of(1) : List.of(1, 40)) {
          engine.fill(containers);
          measure(plan, report, engine, containers, plan.quick() ? 2 : 4, 1);
        }
      }
    }
  }

  private void measure(
      Plan plan, Report report, Engine engine, int containers, int turns, int processes)
      throws Exception {
    report.begin("events, " + engine.version() + ", " + containers + " containers");
    try (Child unmeasured = watcher(plan, "floor", engine)) { // the engine's code is cold, too
      turn(engine, unmeasured, "started", containers, new ArrayList<>());
    }
    for (String kind : List.of("updated", "started")) {
      Delays koi = new Delays();
      Delays floor = new Delays();
      for (int process = 0; process < processes; process++) {
        try (Child a = watcher(plan, "koi", engine);
            Child b = watcher(plan, "floor", engine)) {
          for (int turn = 0;
              turn < (kind.equals("updated") && containers < 2 ? 2 : turns);
              turn++) {
            turn(engine, a, kind, containers, turn == 0 ? koi.first : koi.later);
            turn(engine, b, kind, containers, turn == 0 ? floor.first : floor.later);
          }
        }
      }
      add(report, kind + ", first 30", koi.first, floor.first);
      add(report, kind + ", later", koi.later, floor.later);
    }
  }

  private static void add(Report report, String name, List<Double> koi, List<Double> floor) {
    report.times(name, Distribution.of(koi), Distribution.of(floor), 1.3);
  }

  private static Child watcher(Plan plan, String subject, Engine engine) throws Exception {
    Map<String, String> environment = KoiSubject.environment(engine.backend(), engine.socket());
    return Child.java(plan.classPath(), environment, Watcher.class, subject, engine.socket());
  }

  private void turn(Engine engine, Child child, String kind, int containers, List<Double> delays)
      throws Exception {
    boolean renames = kind.equals("updated");
    List<String> made = new ArrayList<>();
    for (int i = 0; i < (renames ? Math.min(TURN, containers) : TURN); i++) {
      made.add(engine.create("made-" + ++serial));
      if (renames) {
        engine.start(made.get(i));
      }
    }
    child.tell("attach " + (renames ? containers + made.size() : containers));
    while (!child.next(300).text().equals("attached")) {}
    for (int i = 0; i < TURN; i++) {
      String id = made.get(i % made.size());
      String name = "renamed-" + ++serial;
      if (renames) {
        engine.rename(id, name);
      } else {
        engine.start(id);
      }
      String[] event = child.next(PATIENCE).text().split(" ", -1);
      if (!event[0].equals(kind) || !event[1].equals(id) || (renames && !event[2].equals(name))) {
        throw new IllegalStateException(
            "expected " + kind + " " + id + " " + name + " but was: " + String.join(" ", event));
      }
      long stamp = engine.stamp(renames ? "rename" : "start", id);
      delays.add((Long.parseLong(event[3]) - stamp) / 1e6);
      Thread.sleep(made.size() < TURN ? PACE : 5);
    }
    child.tell("detach");
    String last = child.next(PATIENCE).text();
    if (!last.equals("detached")) {
      throw new IllegalStateException("an event too many: " + last);
    }
    for (String id : made) {
      engine.remove(id);
    }
  }
}
