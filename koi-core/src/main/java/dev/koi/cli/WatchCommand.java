package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.core.Koi;
import dev.koi.core.wire.WireFormat;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code koi watch}: the present picture, then every change, until it is told to end. */
final class WatchCommand {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final Console console;

  WatchCommand(Console console) {
    this.console = console;
  }

  /** Ends when nobody reads its output any more; a signal ends the process. */
  int run(Koi.Builder builder, Arguments arguments) throws InterruptedException {
    CountDownLatch unread = new CountDownLatch(1);
    Function<RuntimeEvent, String> text =
        arguments.json() ? new WireFormat()::event : WatchCommand::line;
    try (Koi koi = builder.start();
        EventCommand exec =
            new EventCommand(arguments.exec().orElse(""), arguments.execTimeout(), console)) {
      endOnSignal(koi, exec);
      if (arguments.exec().isPresent()) {
        exec.subscribeTo(koi);
      }
      koi.subscribe(
          event -> {
            if (!console.print(text.apply(event))) {
              unread.countDown();
            }
          });
      koi.awaitFirstLook(PATIENCE);
      Outlook outlook = Outlook.of(koi.status(), arguments.backends());
      outlook.tell(console);
      if (outlook.exitCode() == ExitCode.USAGE && !koi.status().anyConnected()) {
        return ExitCode.USAGE; // waiting would not help
      }
      if (!koi.status().anyConnected()) {
        console.tell("koi: waiting for one to appear; Ctrl-C ends");
      }
      unread.await();
    }
    return ExitCode.OK;
  }

  /** To be told to end is how a watch ends well, so the code is 0 and not the signal's. */
  private static void endOnSignal(Koi koi, EventCommand exec) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  exec.close();
                  koi.close();
                  Runtime.getRuntime().halt(ExitCode.OK);
                },
                "koi-end"));
  }

  private static String line(RuntimeEvent event) {
    return TIME.format(event.time()) + "  " + change(event);
  }

  private static String change(RuntimeEvent event) {
    if (event instanceof RuntimeEvent.Started started) {
      Instance instance = started.instance();
      return "+ "
          + named(instance)
          + "  "
          + InstanceText.state(instance)
          + "  "
          + instance.image().orElse("")
          + "  "
          + InstanceText.ports(instance);
    } else if (event instanceof RuntimeEvent.Updated updated) {
      return "~ "
          + named(updated.instance())
          + "  "
          + updated.changed().stream()
              .map(
                  field ->
                      field
                          + " "
                          + InstanceText.field(updated.previous(), field)
                          + " -> "
                          + InstanceText.field(updated.instance(), field))
              .collect(Collectors.joining("; "));
    } else if (event instanceof RuntimeEvent.Stopped stopped) {
      return "- " + named(stopped.instance());
    } else if (event instanceof RuntimeEvent.BackendDisconnected disconnected) {
      return "! " + event.backend() + "  disconnected: " + disconnected.reason();
    }
    return "* " + event.backend() + "  connected again";
  }

  private static String named(Instance instance) {
    return instance.backend() + "/" + instance.name();
  }
}
