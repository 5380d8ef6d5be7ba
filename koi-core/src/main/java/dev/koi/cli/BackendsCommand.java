package dev.koi.cli;

import dev.koi.cli.terminal.Console;
import dev.koi.cli.terminal.Details;
import dev.koi.cli.terminal.Line;
import dev.koi.cli.terminal.Line.Style;
import dev.koi.core.Koi;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.Enabled;
import dev.koi.core.status.FoundBackend;
import dev.koi.core.status.KoiStatus;
import dev.koi.core.wire.WireFormat;
import dev.koi.spi.RuntimeInfo;

/** {@code koi backends}: the runtime of each backend, or why there is none and what would help. */
final class BackendsCommand {

  private final Console console;

  BackendsCommand(Console console) {
    this.console = console;
  }

  int run(Startup startup) throws InterruptedException {
    try (Koi koi = startup.koi()) {
      BackendReport report = startup.report(koi);
      KoiStatus status = report.status();
      if (startup.arguments().has(Option.JSON)) {
        console.print(WireFormat.json(status.toMap()));
      } else {
        print(status);
      }
      boolean broken = report.exitCode() != ExitCode.USAGE && !status.problems().isEmpty();
      return broken ? ExitCode.FAILURE : report.exitCode();
    }
  }

  private void print(KoiStatus status) {
    Details details = new Details(console);
    for (BackendStatus backend : status.backends()) {
      print(backend, details);
      for (FoundBackend found : status.found()) {
        if (found.name().equals(backend.type())) {
          details.detail("backend", (found.name() + " " + found.version()).strip());
          details.detail("from", found.source());
        }
      }
    }
    if (!status.problems().isEmpty()) {
      details.title(new Line().add(Style.RED, "cannot be used"));
      status.problems().forEach(problem -> details.detail("", problem));
    }
  }

  private static void print(BackendStatus backend, Details details) {
    details.title(
        new Line().add(Style.BOLD, backend.name()).add("  ").add(style(backend), words(backend)));
    if (backend.runtime().isPresent()) {
      RuntimeInfo runtime = backend.runtime().get();
      String version = (runtime.product() + " " + runtime.version()).strip();
      String api = runtime.apiVersion();
      details.detail("runtime", version + (api.isEmpty() ? "" : ", API " + api));
      details.detail("at", runtime.endpoint());
      details.detail("instances", Integer.toString(backend.instances()));
    }
    if (!backend.reason().isEmpty()) {
      boolean limited = backend.state() == BackendState.CONNECTED;
      details.detail(limited ? "limited" : "why", backend.reason());
    }
  }

  private static Style style(BackendStatus backend) {
    return switch (backend.state()) {
      case CONNECTED -> backend.reason().isEmpty() ? Style.GREEN : Style.YELLOW;
      case DISABLED, CLOSED -> Style.FAINT;
      case CONNECTING, UNAVAILABLE -> backend.enabled() == Enabled.TRUE ? Style.RED : Style.YELLOW;
      case FAILED, MISCONFIGURED -> Style.RED;
    };
  }

  private static String words(BackendStatus backend) {
    return switch (backend.state()) {
      case CONNECTED -> backend.reason().isEmpty() ? "connected" : "connected, limited";
      case DISABLED -> "disabled";
      case CONNECTING -> "does not answer yet";
      case UNAVAILABLE -> "not found";
      case FAILED -> "failed";
      case MISCONFIGURED -> "misconfigured";
      case CLOSED -> "closed";
    };
  }
}
