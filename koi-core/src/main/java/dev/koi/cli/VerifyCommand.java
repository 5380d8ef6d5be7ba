package dev.koi.cli;

import dev.koi.cli.terminal.Console;
import dev.koi.cli.terminal.Details;
import dev.koi.cli.terminal.Line;
import dev.koi.cli.terminal.Line.Style;
import dev.koi.cli.verify.Outcome;
import dev.koi.cli.verify.Outcome.Result;
import dev.koi.cli.verify.Verification;
import dev.koi.core.settings.BackendSettings;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeInfo;
import dev.koi.spi.rules.Rules;
import dev.koi.text.Nearest;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** {@code koi backends --verify}: whether a backend follows the rules on a runtime in use. */
final class VerifyCommand {

  private final Console console;

  VerifyCommand(Console console) {
    this.console = console;
  }

  int run(Startup startup) throws UsageException, IOException, InterruptedException {
    Arguments arguments = startup.arguments();
    String name = arguments.value(Option.VERIFY).orElseThrow();
    if (arguments.has(Option.JSON)) {
      throw new UsageException("--verify does not take --json");
    }
    if (arguments.has(Option.BACKEND) && !arguments.backends().contains(name)) {
      throw new UsageException("--backend leaves out '" + name + "', which --verify names");
    }
    BackendSettings entry = entry(startup, name);
    RuntimeBackend backend =
        startup
            .backend(entry.type())
            .orElseThrow(
                () ->
                    new IOException(
                        entry.name()
                            + ": there is no usable backend '"
                            + entry.type()
                            + "'; 'koi backends' shows why"));
    console.hint("koi: checking " + entry.name() + ", which takes about ten seconds ...");
    try {
      return print(
          entry.name(),
          Verification.run(backend, entry.config(), startup.settings().timing().list()));
    } catch (InterruptedException e) {
      throw e;
    } catch (BackendUnavailableException e) {
      console.message("koi: " + entry.name() + ": " + e.getMessage());
      return ExitCode.NO_RUNTIME;
    } catch (IllegalArgumentException e) {
      console.message("koi: " + entry.name() + ": " + entry.placed(String.valueOf(e.getMessage())));
      return ExitCode.USAGE;
    } catch (Exception | AssertionError e) { // the latter: connect did not return
      throw new IOException(entry.name() + ": nothing can be checked: " + e.getMessage(), e);
    }
  }

  private static BackendSettings entry(Startup startup, String name) throws UsageException {
    List<BackendSettings> entries = startup.settings().backends();
    for (BackendSettings entry : entries) {
      if (entry.name().equals(name)) {
        return entry;
      }
    }
    throw new UsageException(
        "there is no entry '"
            + name
            + "'"
            + Nearest.insteadOf(name, entries.stream().map(BackendSettings::name).toList()));
  }

  private int print(String entry, Verification verification) {
    RuntimeInfo runtime = verification.runtime();
    boolean failed = verification.outcomes().stream().anyMatch(it -> it.result() == Result.FAILED);
    Details details = new Details(console);
    details.title(
        new Line()
            .add(Style.BOLD, entry)
            .add("  ")
            .add(failed ? Style.RED : Style.GREEN, failed ? "breaks rules" : "follows the rules"));
    details.detail("runtime", (runtime.product() + " " + runtime.version()).strip());
    details.detail("at", runtime.endpoint());
    details.detail("instances", Integer.toString(verification.instances()));
    details.detail(
        "passed",
        verification.outcomes().stream()
            .filter(it -> it.result() == Result.PASSED)
            .map(Outcome::rule)
            .collect(Collectors.joining(" ")));
    for (Outcome outcome : verification.outcomes()) {
      if (outcome.result() == Result.NOT_VERIFIED) {
        details.detail("", outcome.rule() + " is not verified: " + outcome.words());
      }
    }
    for (Outcome outcome : verification.outcomes()) {
      if (outcome.result() == Result.FAILED) {
        details.below(
            "[" + outcome.rule() + "] " + Rules.sentences().get(outcome.rule()),
            Style.RED,
            "Found: " + outcome.words());
      }
    }
    details.detail(
        "not tried", "what needs a change, a loss or a refusal; the conformance kit does");
    return failed ? ExitCode.FAILURE : ExitCode.OK;
  }
}
