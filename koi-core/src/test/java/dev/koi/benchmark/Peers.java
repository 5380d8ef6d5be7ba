package dev.koi.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Koi's command beside a program on the Rust crate koi-runtime, on one real Docker: first each
 * alone, in turns, then both through a calm, a chaos and a restart of the engine. In the table
 * koi-runtime takes the floor's place. Every line is stamped when it arrives here.
 */
final class Peers implements Section {
  private static final int ALONE = 10;
  private static final int SHELLS = 4;
  private static final List<String> COMMANDS =
      List.of("start", "stop?t=0", "restart?t=0", "pause", "unpause", "kill?signal=HUP");
  private static final long QUIET = 8_000; // ms until a picture is compared with the engine's

  private int serial;

  /** A tool that watches, what it printed, and the picture that its events add up to. */
  private static final class Tool implements AutoCloseable {
    private final Child child;
    private final Map<String, Long> started = new HashMap<>(); // id -> when the line arrived
    private final Set<String> present = new HashSet<>();
    private int wrong;

    Tool(Child child) {
      this.child = child;
    }

    /** Reads what has been printed. */
    void read() throws InterruptedException {
      for (Child.Line line = child.poll(); line != null; line = child.poll()) {
        String text = line.text();
        boolean json = text.startsWith("{");
        String kind = json ? EngineClient.field(text, "type") : text.replaceFirst(" .*", "");
        String id = json ? EngineClient.field(text, "id") : text.replaceFirst(".* ", "");
        switch (kind) {
          case "started" -> {
            wrong += present.add(id) ? 0 : 1;
            started.putIfAbsent(id, line.nanos());
          }
          case "stopped" -> wrong += present.remove(id) ? 0 : 1;
          case "updated" -> wrong += present.contains(id) ? 0 : 1;
          default -> {} // the connection
        }
      }
    }

    /** Waits for the Started of that container, and returns when it arrived. */
    long awaitStarted(String id) throws InterruptedException {
      for (int i = 0; i < 10_000 && !started.containsKey(id); i++) {
        Thread.sleep(1);
        read();
      }
      return Optional.ofNullable(started.get(id))
          .orElseThrow(() -> new IllegalStateException("no Started of " + id + " within 10 s"));
    }

    /** Returns how many containers it shows that do not run, and how many it does not show. */
    double differences(Set<String> running) throws InterruptedException {
      read();
      Set<String> either = new HashSet<>(present);
      either.addAll(running);
      either.removeIf(id -> present.contains(id) && running.contains(id));
      return either.size();
    }

    @Override
    public void close() {
      child.close();
    }
  }

  @Override
  public void run(Plan plan, Report report) throws Exception {
    try (RealEngine engine =
        RealEngine.docker()
            .orElseThrow(() -> new IllegalStateException("peers needs KOI_TEST_DOCKER"))) {
      report.begin("koi watch beside koi-runtime 0.3.0 (floor), " + engine.version());
      alone(plan, report, engine);
      try (Tool koi = koi(plan, engine);
          Tool peer = peer(plan, engine)) {
        calm(plan, report, engine, koi, peer);
        chaos(plan, report, engine, koi, peer);
        outage(report, engine, koi, peer);
      }
    }
  }

  private void alone(Plan plan, Report report, RealEngine engine) throws Exception {
    List<Double> koi = new ArrayList<>();
    List<Double> peer = new ArrayList<>();
    for (int turn = 0; turn < (plan.quick() ? 1 : 3); turn++) {
      try (Tool tool = koi(plan, engine)) {
        starts(engine, ALONE, List.of(tool), List.of(koi));
      }
      try (Tool tool = peer(plan, engine)) {
        starts(engine, ALONE, List.of(tool), List.of(peer));
      }
    }
    report.times(
        "started after the engine's stamp, each alone",
        Distribution.of(koi),
        Distribution.of(peer),
        1);
  }

  private void calm(Plan plan, Report report, RealEngine engine, Tool koi, Tool peer)
      throws Exception {
    List<List<Double>> delays = List.of(new ArrayList<>(), new ArrayList<>());
    starts(engine, plan.quick() ? 5 : 30, List.of(koi, peer), delays);
    report.times(
        "started after the engine's stamp, together",
        Distribution.of(delays.get(0)),
        Distribution.of(delays.get(1)),
        1);
    compare(report, "calm", engine, koi, peer);
  }

  /** Starts and kills containers one after the other; each tool must show each Started. */
  private void starts(RealEngine engine, int count, List<Tool> tools, List<List<Double>> delays)
      throws Exception {
    for (int i = 0; i < count; i++) {
      String id = engine.create("koi-peer-" + ++serial);
      engine.start(id);
      long stamp = engine.stamp("start", id);
      for (int tool = 0; tool < tools.size(); tool++) {
        delays.get(tool).add((tools.get(tool).awaitStarted(id) - stamp) / 1e6);
      }
      engine.remove(id);
    }
  }

  private void chaos(Plan plan, Report report, RealEngine engine, Tool koi, Tool peer)
      throws Exception {
    int seconds = plan.quick() ? 5 : 60;
    long koiBefore = koi.child.processorMillis();
    long peerBefore = peer.child.processorMillis();
    List<Thread> shells = new ArrayList<>();
    for (int shell = 0; shell < SHELLS; shell++) {
      Random random = new Random(shell);
      String prefix = "koi-chaos-" + shell + "-";
      shells.add(new Thread(() -> command(engine, random, prefix, seconds)));
    }
    for (Thread shell : shells) {
      shell.start();
    }
    for (Thread shell : shells) {
      shell.join();
    }
    Thread.sleep(QUIET);
    String name = seconds + " s of chaos";
    double koiMillis = koi.child.processorMillis() - koiBefore;
    double peerMillis = peer.child.processorMillis() - peerBefore;
    report.value("ms of processor, " + name, koiMillis, peerMillis, 1_000);
    double megabytes = koi.child.megabytes();
    report.value("MB resident after " + name, megabytes, peer.child.megabytes(), -1);
    compare(report, name, engine, koi, peer);
  }

  private static void command(RealEngine engine, Random random, String prefix, int seconds) {
    List<String> ids = new ArrayList<>();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (int i = 0; System.nanoTime() < end; i++) {
      try {
        if (ids.size() < 3) {
          ids.add(engine.create(prefix + i));
          engine.start(ids.get(ids.size() - 1));
        }
        int at = random.nextInt(ids.size());
        int command = random.nextInt(COMMANDS.size() + 2);
        if (command < COMMANDS.size()) {
          engine.command(ids.get(at), COMMANDS.get(command));
        } else if (command == COMMANDS.size()) {
          engine.rename(ids.get(at), prefix + "renamed-" + i);
        } else {
          engine.remove(ids.remove(at));
        }
      } catch (IOException e) {
        // the container's state forbids the command
      }
    }
  }

  private void outage(Report report, RealEngine engine, Tool koi, Tool peer) throws Exception {
    String control = System.getenv("KOI_TEST_ENGINES_CONTROL");
    if (control == null) {
      return;
    }
    Process restart =
        new ProcessBuilder(control, "restart", System.getenv("KOI_TEST_ENGINES_DIR"), "docker")
            .inheritIO()
            .start();
    if (restart.waitFor() != 0) {
      throw new IllegalStateException(control + " could not restart the engine");
    }
    for (int i = 0; i < 5; i++) {
      engine.start(engine.create("koi-peer-" + ++serial));
    }
    Thread.sleep(QUIET);
    compare(report, "a restart of the engine", engine, koi, peer);
  }

  private static void compare(Report report, String after, RealEngine engine, Tool koi, Tool peer)
      throws Exception {
    Thread.sleep(1_000);
    Set<String> running = engine.running();
    String missed = "containers missed or invented after " + after;
    report.value(missed, koi.differences(running), peer.differences(running), 0);
    report.value("wrong events, up to " + after, koi.wrong, peer.wrong, 0);
  }

  private static Tool koi(Plan plan, Engine engine) throws Exception {
    return ready(Idle.watch(plan, engine), engine);
  }

  private static Tool peer(Plan plan, Engine engine) throws Exception {
    List<String> command = List.of(plan.peer().toString(), engine.socket().toString());
    return ready(Child.start(command, Map.of()), engine);
  }

  /** Waits until a tool has shown a container that was started to be seen, and its end. */
  private static Tool ready(Child child, Engine engine) throws Exception {
    Tool tool = new Tool(child);
    Thread.sleep(3_000); // a process that starts
    String id = engine.create("koi-ready-" + System.nanoTime());
    engine.start(id);
    tool.awaitStarted(id);
    engine.remove(id);
    return tool;
  }
}
