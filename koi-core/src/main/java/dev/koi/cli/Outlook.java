package dev.koi.cli;

import dev.koi.core.Koi;
import dev.koi.core.settings.Enabled;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.KoiStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a user should hear of the backends after the first look, and the exit code that goes with
 * it.
 *
 * @param exitCode for a command that looks once
 * @param lines to tell; one if one thing is wrong
 */
record Outlook(int exitCode, List<String> lines) {

  /** How long a person waits without wondering. */
  private static final Duration MOMENT = Duration.ofMillis(700);

  /** Longer than the deadlines of one attempt together. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Waits for the first look, and says for whom if that takes more than a moment. */
  static Outlook await(Koi koi, Console console, Set<String> named) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!koi.awaitFirstPicture(MOMENT) && System.nanoTime() - end < 0) {
      List<String> slow = new ArrayList<>();
      for (BackendStatus backend : koi.status().backends()) {
        if (backend.state() == BackendState.CONNECTING) {
          slow.add(backend.name());
        }
      }
      console.note("koi: waiting for " + String.join(", ", slow) + " ...");
    }
    console.erase();
    return of(koi.status(), named);
  }

  static Outlook of(KoiStatus status, Set<String> named) {
    List<BackendStatus> wrong = new ArrayList<>();
    List<BackendStatus> absent = new ArrayList<>();
    boolean wanted = false;
    for (BackendStatus backend : status.backends()) {
      boolean isWanted = backend.enabled() == Enabled.TRUE || named.contains(backend.name());
      switch (backend.state()) {
        case CONNECTED, DISABLED -> {}
        case UNAVAILABLE, CONNECTING -> (isWanted ? wrong : absent).add(backend);
        case FAILED, MISCONFIGURED -> wrong.add(backend);
      }
      wanted |= isWanted && wrong.contains(backend);
    }
    List<String> lines = new ArrayList<>(status.problems());
    wrong.forEach(backend -> lines.add(backend.name() + ": " + reason(backend)));
    if (!status.anyConnected() && wrong.isEmpty()) {
      lines.add("no container runtime found");
      absent.forEach(backend -> lines.add("  " + backend.name() + ": " + reason(backend)));
      lines.add("'koi demo' shows the same on a simulated one");
    }
    return new Outlook(exitCode(status, wrong, wanted), lines);
  }

  private static int exitCode(KoiStatus status, List<BackendStatus> wrong, boolean wanted) {
    if (has(wrong, BackendState.MISCONFIGURED)) {
      return ExitCode.USAGE;
    } else if (status.anyConnected()) {
      return wanted ? ExitCode.FAILURE : ExitCode.OK;
    }
    return has(wrong, BackendState.FAILED) ? ExitCode.FAILURE : ExitCode.NO_RUNTIME;
  }

  private static boolean has(List<BackendStatus> backends, BackendState state) {
    return backends.stream().anyMatch(backend -> backend.state() == state);
  }

  private static String reason(BackendStatus backend) {
    return backend.state() == BackendState.CONNECTING ? "does not answer yet" : backend.reason();
  }

  void tell(Console console) {
    lines.forEach(line -> console.tell(line.startsWith(" ") ? line : "koi: " + line));
  }
}
