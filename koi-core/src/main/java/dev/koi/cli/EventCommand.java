package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.Koi;
import dev.koi.core.wire.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The command of {@code koi watch --exec}: run by a shell for each event, which it finds as JSON on
 * its standard input and in short in {@code KOI_*} variables.
 *
 * <p>Each lane is a listener of its own that serves its share of the instances, one run after the
 * other. So runs for one instance keep their order, what changes during one merges as for every
 * listener, and no more run at once than there are lanes.
 */
final class EventCommand implements AutoCloseable {

  private static final int LANES = 8;
  private static final int MAX_VARIABLE = 4096; // a kernel takes 128 KiB, all of them share 2 MiB
  private static final Duration GRACE = Duration.ofMillis(500);
  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  private final String command;
  private final Duration timeout;
  private final Console console;
  private final WireFormat format = new WireFormat();

  private final Object lock = new Object();
  private final Set<Process> running = new HashSet<>(); // guarded by lock
  private boolean closed; // guarded by lock

  EventCommand(String command, Duration timeout, Console console) {
    this.command = command;
    this.timeout = timeout;
    this.console = console;
  }

  /** Runs for each event of what is wanted from now on. */
  void subscribeTo(Koi koi, Predicate<Instance> wanted) {
    for (int i = 0; i < LANES; i++) {
      int lane = i;
      Seen seen = new Seen(wanted);
      koi.subscribe(
          event -> {
            if (lane == Math.floorMod(about(event).hashCode(), LANES)) {
              seen.of(event).ifPresent(this::run);
            }
          });
    }
  }

  private static String about(RuntimeEvent event) {
    Instance instance = instance(event);
    return instance == null ? event.backend() : event.backend() + "/" + instance.id();
  }

  /** Runs the command for one event, and tells what became of it unless all is well. */
  void run(RuntimeEvent event) {
    Instance instance = instance(event);
    String name = event.backend() + (instance == null ? "" : "/" + instance.name());
    try {
      Path input = Files.createTempFile("koi", ".json"); // a file never blocks whoever writes it
      try {
        Files.writeString(input, format.event(event) + "\n");
        run(event, name, input);
      } finally {
        Files.deleteIfExists(input);
      }
    } catch (IOException e) {
      console.tell("koi: " + name + ": the command could not be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Koi ends
    }
  }

  private void run(RuntimeEvent event, String name, Path input)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(WINDOWS ? "cmd" : "sh", WINDOWS ? "/c" : "-c");
    builder.command().add(command);
    builder.environment().putAll(variables(event));
    builder.redirectInput(input.toFile());
    Process process;
    synchronized (lock) {
      if (closed) {
        return;
      }
      process = builder.start();
      running.add(process);
    }
    CommandOutput out = new CommandOutput(process.getInputStream(), name, console);
    CommandOutput err = new CommandOutput(process.getErrorStream(), name, console);
    try {
      boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        end(List.of(process));
      }
      out.await();
      err.await();
      tellFailure(
          name,
          event.type(),
          ended ? process.exitValue() : -1,
          err.firstLine().isEmpty() ? "" : ": " + err.firstLine());
    } finally {
      end(List.of(process));
      synchronized (lock) {
        running.remove(process);
      }
    }
  }

  private void tellFailure(String name, String type, int code, String said) {
    synchronized (lock) {
      if (closed || code == 0) {
        return; // nothing is wrong with a command that this process ended
      }
    }
    String outcome =
        code < 0
            ? "took longer than " + timeout.toSeconds() + " s and was killed"
            : "failed with exit code " + code;
    console.tell("koi: " + name + ": the command for '" + type + "' " + outcome + said);
  }

  private static Instance instance(RuntimeEvent event) {
    if (event instanceof RuntimeEvent.Started started) {
      return started.instance();
    } else if (event instanceof RuntimeEvent.Updated updated) {
      return updated.instance();
    }
    return event instanceof RuntimeEvent.Stopped stopped ? stopped.instance() : null;
  }

  /** All of them, for every event, so that none is inherited from Koi's own environment. */
  private static Map<String, String> variables(RuntimeEvent event) {
    Instance instance = instance(event);
    boolean is = instance != null;
    return Map.ofEntries(
        variable("KOI_EVENT", event.type()),
        variable("KOI_TIME", event.time().toString()),
        variable("KOI_BACKEND", event.backend()),
        variable("KOI_ID", is ? instance.id() : ""),
        variable("KOI_NAME", is ? instance.name() : ""),
        variable("KOI_CONTAINER_NAME", is ? instance.containerName() : ""),
        variable("KOI_IMAGE", is ? instance.image().orElse("") : ""),
        variable("KOI_STATE", is ? instance.state().wireName() : ""),
        variable("KOI_HEALTH", is ? instance.health().wireName() : ""),
        variable("KOI_IPS", is ? String.join(",", instance.ips()) : ""),
        variable(
            "KOI_CHANGED",
            event instanceof RuntimeEvent.Updated updated
                ? String.join(",", updated.changed())
                : ""),
        variable(
            "KOI_REASON",
            event instanceof RuntimeEvent.BackendDisconnected lost ? lost.reason() : ""));
  }

  /** Strangers' strings are of any length and content; an environment is not. */
  private static Map.Entry<String, String> variable(String name, String value) {
    String possible = value.replace("\0", "");
    return Map.entry(name, possible.substring(0, Math.min(possible.length(), MAX_VARIABLE)));
  }

  /** Ends what runs, and runs nothing any more; within a second. */
  @Override
  public void close() {
    List<Process> last;
    synchronized (lock) {
      closed = true;
      last = List.copyOf(running);
    }
    try {
      end(last);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends processes and all they have started, after a moment to do so themselves. */
  private static void end(Collection<Process> processes) throws InterruptedException {
    List<ProcessHandle> all = new ArrayList<>();
    for (Process process : processes) {
      if (process.isAlive()) { // those that it left behind are not its children any more
        all.add(
            process.toHandle()); // first: a shell would have a word for each child that is killed
        process.descendants().forEach(all::add);
      }
    }
    all.forEach(ProcessHandle::destroy);
    long deadline = System.nanoTime() + GRACE.toNanos();
    try {
      for (Process process : processes) {
        process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } finally {
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
