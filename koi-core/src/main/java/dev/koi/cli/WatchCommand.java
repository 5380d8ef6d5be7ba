package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendSynced;
import dev.koi.cli.terminal.Console;
import dev.koi.cli.terminal.Line;
import dev.koi.core.Koi;
import dev.koi.core.filter.EventFilter;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.wire.WireFormat;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Predicate;

/** {@code koi watch}: the instances that run now, then every change, until a signal. */
final class WatchCommand {

  private final Console console;
  private final ProcessEnd end;

  WatchCommand(Console console, ProcessEnd end) {
    this.console = console;
    this.end = end;
  }

  /**
   * Returns once the reader has closed the output, or if waiting is useless: with {@link
   * ExitCode#NO_RUNTIME} if {@code --or-demo} is given and no runtime was found.
   */
  int run(Startup startup) throws InterruptedException {
    Arguments arguments = startup.arguments();
    try (Koi koi = startup.koi();
        EventCommand exec =
            new EventCommand(
                arguments.value(Option.EXEC).orElse(""), arguments.execTimeout(), console);
        ExecQueue queue = new ExecQueue(exec::run)) {
      if (arguments.has(Option.EXEC)) {
        EventFilter filter = new EventFilter(arguments.filter());
        koi.subscribe(
            event -> {
              if (!(event instanceof BackendSynced)) { // no change
                filter.apply(event).ifPresent(queue::put);
              }
            });
      }
      CountDownLatch unread = follow(koi, arguments.filter(), arguments.has(Option.JSON));
      BackendReport report = startup.report(koi);
      if (report.nothingFound() && arguments.has(Option.OR_DEMO)) {
        return ExitCode.NO_RUNTIME;
      }
      report.print(console);
      if (report.anyConnected()) {
        describe(koi, arguments);
      } else if (report.exitCode() == ExitCode.USAGE) {
        return ExitCode.USAGE;
      } else {
        console.message("koi: waiting for a runtime to appear; Ctrl-C ends this");
      }
      end.awaitOrSignal(unread, List.of(queue, exec, koi));
    }
    return ExitCode.OK;
  }

  /** Prints a hint if no instance is shown, so that a person sees that Koi works. */
  private void describe(Koi koi, Arguments arguments) {
    List<Instance> all = koi.instances();
    if (all.stream().noneMatch(arguments.filter())) {
      List<String> connected =
          koi.status().backends().stream()
              .filter(backend -> backend.state() == BackendState.CONNECTED)
              .map(BackendStatus::name)
              .toList();
      console.hint(
          "koi: watching "
              + String.join(", ", connected)
              + "; "
              + (all.isEmpty() ? "nothing runs yet" : "none of " + all.size() + " matches yet"));
    }
    arguments.limitation(all).ifPresent(console::message);
  }

  /** Prints the events of wanted instances; counts down once the reader has closed the output. */
  CountDownLatch follow(Koi koi, Predicate<Instance> wanted, boolean json) {
    CountDownLatch unread = new CountDownLatch(1);
    EventFilter filter = new EventFilter(wanted);
    EventText text = new EventText(ZoneId.systemDefault());
    Function<RuntimeEvent, Line> line =
        json ? event -> new Line().add(WireFormat.json(event)) : text::line;
    koi.subscribe(
        event -> {
          if (!json && event instanceof BackendSynced) {
            return; // a person needs no line for it
          }
          RuntimeEvent wantedEvent = filter.apply(event).orElse(null);
          if (wantedEvent != null && !console.print(line.apply(wantedEvent))) {
            unread.countDown();
          }
        });
    return unread;
  }
}
