package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.Koi;
import dev.koi.core.wire.WireFormat;
import java.time.ZoneId;
import java.util.function.Function;
import java.util.function.Predicate;

/** {@code koi watch}: the present picture, then every change, until it is told to end. */
final class WatchCommand {

  private final Console console;

  WatchCommand(Console console) {
    this.console = console;
  }

  /** Ends when nobody reads its output any more; a signal ends the process. */
  int run(Koi.Builder builder, Arguments arguments) throws InterruptedException {
    try (Koi koi = builder.start();
        EventCommand exec =
            new EventCommand(arguments.value("exec").orElse(""), arguments.execTimeout(), console);
        Ending ending = new Ending(exec::close, koi::close)) {
      if (arguments.has("exec")) {
        exec.subscribeTo(koi, arguments.filter());
      }
      follow(koi, arguments.filter(), arguments.json(), ending);
      Outlook outlook = Outlook.await(koi, console, arguments.backends());
      outlook.tell(console);
      if (outlook.exitCode() == ExitCode.USAGE && !koi.status().anyConnected()) {
        return ExitCode.USAGE; // waiting would not help
      }
      if (!koi.status().anyConnected()) {
        console.tell("koi: waiting for one to appear; Ctrl-C ends");
      }
      ending.await();
    }
    return ExitCode.OK;
  }

  /** Prints the events of what is wanted from now on. */
  void follow(Koi koi, Predicate<Instance> wanted, boolean json, Ending ending) {
    Seen seen = new Seen(wanted);
    EventText text = new EventText(ZoneId.systemDefault());
    WireFormat wire = new WireFormat();
    Function<RuntimeEvent, Line> line =
        json ? event -> new Line().add(wire.event(event)) : text::line;
    koi.subscribe(
        event ->
            seen.of(event)
                .filter(e -> !console.print(line.apply(e)))
                .ifPresent(e -> ending.unread()));
  }
}
