package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.Koi;
import dev.koi.core.wire.WireFormat;
import java.time.ZoneId;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Predicate;

/** {@code koi watch}: the present picture, then every change, until it is told to end. */
final class WatchCommand {

  private static final long MOST_MILLIS_TO_END = 800;

  private final Console console;

  WatchCommand(Console console) {
    this.console = console;
  }

  /** Ends when nobody reads its output any more; a signal ends the process. */
  int run(Koi.Builder builder, Arguments arguments) throws InterruptedException {
    try (Koi koi = builder.start()) {
      CountDownLatch unread = follow(koi, arguments.filter(), arguments.json());
      Outlook outlook = Outlook.await(koi, console, arguments.backends());
      outlook.tell(console);
      if (outlook.exitCode() == ExitCode.USAGE && !koi.status().anyConnected()) {
        return ExitCode.USAGE; // waiting would not help
      }
      if (!koi.status().anyConnected()) {
        console.tell("koi: waiting for one to appear; Ctrl-C ends");
      }
      awaitEnd(koi, unread);
    }
    return ExitCode.OK;
  }

  /** Prints the events of what is wanted; what it returns opens when nobody reads them any more. */
  CountDownLatch follow(Koi koi, Predicate<Instance> wanted, boolean json) {
    CountDownLatch unread = new CountDownLatch(1);
    Seen seen = new Seen(wanted);
    EventText text = new EventText(ZoneId.systemDefault());
    WireFormat wire = new WireFormat();
    Function<RuntimeEvent, Line> line =
        json ? event -> new Line().add(wire.event(event)) : text::line;
    koi.subscribe(
        event ->
            seen.of(event)
                .filter(e -> !console.print(line.apply(e)))
                .ifPresent(e -> unread.countDown()));
    return unread;
  }

  /** To be told to end is how a watch ends well, so the code is 0 and not the signal's. */
  static void awaitEnd(Koi koi, CountDownLatch unread) throws InterruptedException {
    Thread end = new Thread(() -> end(koi), "koi-end");
    Runtime.getRuntime().addShutdownHook(end);
    unread.await();
    Runtime.getRuntime().removeShutdownHook(end);
  }

  /** Lets the line that is being printed come to its end, but not for ever. */
  private static void end(Koi koi) {
    Thread closing = new Thread(koi::close, "koi-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(MOST_MILLIS_TO_END);
    } catch (InterruptedException e) {
      // then at once
    }
    Runtime.getRuntime().halt(ExitCode.OK);
  }
}
