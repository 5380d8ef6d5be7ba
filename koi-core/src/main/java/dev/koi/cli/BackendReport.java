package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.cli.terminal.Console;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.Enabled;
import dev.koi.core.status.KoiStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The exit code and the messages that follow from the state of the backends after one attempt. */
final class BackendReport {

  private final KoiStatus status;
  private final List<BackendStatus> wrong = new ArrayList<>();
  private final List<BackendStatus> absent = new ArrayList<>(); // and not required
  private boolean requiredIsWrong;

  /** {@code named} are the backends that the command line names. */
  BackendReport(KoiStatus status, Set<String> named) {
    this.status = status;
    for (BackendStatus backend : status.backends()) {
      boolean required = backend.enabled() == Enabled.TRUE || named.contains(backend.name());
      switch (backend.state()) {
        case CONNECTED, CLOSED -> {}
        case DISABLED -> {
          if (named.contains(backend.name())) {
            wrong.add(backend);
          }
        }
        case UNAVAILABLE, CONNECTING -> (required ? wrong : absent).add(backend);
        case FAILED, MISCONFIGURED -> wrong.add(backend);
      }
      requiredIsWrong |= required && wrong.contains(backend);
    }
  }

  KoiStatus status() {
    return status;
  }

  boolean anyConnected() {
    return status.anyConnected();
  }

  /** Returns whether no runtime was found and none was required. */
  boolean nothingFound() {
    return !anyConnected() && wrong.isEmpty();
  }

  /** Returns the exit code of a command that does not wait. */
  int exitCode() {
    if (has(BackendState.MISCONFIGURED)) {
      return ExitCode.USAGE;
    } else if (anyConnected()) {
      return requiredIsWrong ? ExitCode.FAILURE : ExitCode.OK;
    }
    return has(BackendState.FAILED) ? ExitCode.FAILURE : ExitCode.NO_RUNTIME;
  }

  private boolean has(BackendState state) {
    return wrong.stream().anyMatch(backend -> backend.state() == state);
  }

  /** Prints what is wrong, if anything is. */
  void print(Console console) {
    print(console, backend -> true);
  }

  /** As {@link #print(Console)}, but of what is wrong with backends only those. */
  void print(Console console, Predicate<BackendStatus> wanted) {
    wrong.stream()
        .filter(wanted)
        .forEach(b -> console.message("koi: " + b.name() + ": " + reason(b)));
    if (nothingFound()) {
      console.message("koi: no container runtime found");
      absent.forEach(b -> console.message("  " + b.name() + ": " + reason(b)));
      console.message("koi: 'koi demo' shows a simulated one");
    }
    if (!status.problems().isEmpty()) {
      int count = status.problems().size();
      String what = count == 1 ? "a jar or directory" : count + " jars or directories";
      console.message("koi: " + what + " in backends/ cannot be used; 'koi backends' shows why");
    }
  }

  /**
   * Prints the limitations of backends that show several hosts: no row shows that a host is lost.
   */
  void printUnseenHosts(Console console, List<Instance> instances) {
    Set<String> withHosts =
        instances.stream()
            .filter(instance -> instance.host().isPresent())
            .map(Instance::backend)
            .collect(Collectors.toSet());
    for (BackendStatus backend : status.backends()) {
      if (withHosts.contains(backend.name()) && !backend.reason().isEmpty()) {
        console.message("koi: " + backend.name() + ": " + backend.reason());
      }
    }
  }

  private static String reason(BackendStatus backend) {
    return backend.state() == BackendState.CONNECTING ? "does not answer yet" : backend.reason();
  }
}
