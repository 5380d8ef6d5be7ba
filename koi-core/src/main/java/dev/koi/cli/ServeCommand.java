package dev.koi.cli;

import dev.koi.cli.terminal.Console;
import dev.koi.core.Koi;
import dev.koi.serve.KoiServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code koi serve}: the HTTP server, until a signal. */
final class ServeCommand {

  /** The goodbye to the streams and the end of the engines' connections. */
  private static final Duration MAX_CLOSE = Duration.ofMillis(1800);

  private final Console console;
  private final ProcessEnd end;

  ServeCommand(Console console, ProcessEnd end) {
    this.console = console;
    this.end = end;
  }

  /** Returns if waiting is useless; clients may connect before the runtimes have answered. */
  int run(Startup startup) throws IOException, InterruptedException {
    try (Koi koi = startup.koi();
        KoiServer server = KoiServer.start(koi, startup.serveSettings())) {
      console.message("koi: serves " + server.address() + "; Ctrl-C ends this");
      BackendReport report = startup.report(koi);
      report.print(console);
      if (!report.anyConnected() && report.exitCode() == ExitCode.USAGE) {
        return ExitCode.USAGE;
      } else if (!report.anyConnected()) {
        console.message("koi: waiting for a runtime to appear");
      }
      end.awaitOrSignal(new CountDownLatch(1), MAX_CLOSE, List.of(server, koi));
    }
    return ExitCode.OK;
  }
}
