package dev.koi.cli;

import dev.koi.cli.terminal.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Parses the command line and runs the command. */
final class KoiCommand {

  private final Console console;
  private final ProcessEnd end;
  private final Optional<Path> home;
  private final Clock clock;

  /** {@code home} is the directory of the distribution that the process runs from, if any. */
  KoiCommand(Console console, ProcessEnd end, Optional<Path> home, Clock clock) {
    this.console = console;
    this.end = end;
    this.home = home;
    this.clock = clock;
  }

  /** Returns the exit code; a failure has been printed in one line. */
  int run(String... args) {
    boolean verbose = List.of(args).contains("-v"); // in case they cannot be parsed
    try {
      Arguments arguments = Arguments.parse(args);
      verbose = arguments.has(Option.VERBOSE);
      if (arguments.has(Option.NO_COLOR)) {
        console.withoutColours();
      }
      return run(arguments);
    } catch (UsageException e) {
      String joint = e.getMessage().endsWith("?") ? " " : "; ";
      console.message("koi: " + e.getMessage() + joint + Command.whereHelpIs(args));
      return ExitCode.USAGE;
    } catch (IllegalArgumentException e) {
      console.message("koi: " + e.getMessage());
      return ExitCode.USAGE;
    } catch (IOException e) {
      console.message("koi: " + e.getMessage());
      return ExitCode.FAILURE;
    } catch (InterruptedException e) {
      console.message("koi: interrupted");
      return ExitCode.FAILURE;
    } catch (Throwable e) { // an Error is a message for people, too
      Logging.print(console, "koi: unexpected" + (verbose ? "" : " (-v shows more)"), e, verbose);
      return ExitCode.FAILURE;
    }
  }

  private int run(Arguments arguments) throws UsageException, IOException, InterruptedException {
    if (arguments.has(Option.VERSION)) {
      String version = KoiCommand.class.getPackage().getImplementationVersion();
      console.print("koi " + (version == null ? "(unpackaged)" : version));
      return ExitCode.OK;
    }
    List<String> words = arguments.words();
    if (words.isEmpty() && !arguments.has(Option.HELP)) {
      throw new UsageException("no command given");
    }
    HelpTexts texts = new HelpTexts(console);
    if (arguments.has(Option.HELP)) {
      return texts.help(words.isEmpty() ? "koi" : Command.named(words.get(0)).word());
    }
    Command command = Command.named(words.get(0));
    command.check(arguments);
    Logging.configure(console, arguments.has(Option.VERBOSE));
    return switch (command) {
      case HELP -> texts.help(words.size() == 1 ? "koi" : Command.named(words.get(1)).word());
      case COMPLETION -> texts.completion(arguments.operand("one of bash, zsh, fish"));
      case WARM_UP -> throw new UsageException("'warm-up' is a command of the script bin/koi only");
      case DEMO -> demo(arguments, "koi: this engine is simulated; its containers are not real");
      case LIST -> new ListCommand(console, clock).run(startup(arguments));
      case WATCH -> watch(arguments);
      case EXPLAIN -> {
        String name = arguments.operand("a name or an id, as 'koi list' shows it");
        yield new ExplainCommand(console, end, clock).run(startup(arguments), name);
      }
      case SERVE -> new ServeCommand(console, end).run(startup(arguments));
      case FLEET -> new FleetCommand(console, clock).run(startup(arguments));
      case BACKENDS ->
          arguments.has(Option.VERIFY)
              ? new VerifyCommand(console).run(startup(arguments))
              : new BackendsCommand(console).run(startup(arguments));
    };
  }

  private int watch(Arguments arguments) throws UsageException, IOException, InterruptedException {
    int code = new WatchCommand(console, end).run(startup(arguments));
    return code == ExitCode.NO_RUNTIME
        ? demo(
            arguments,
            "koi: no container runtime found, so --or-demo watches a simulated one;"
                + " its containers are not real")
        : code;
  }

  /** The demo has no use for what the distribution brings for real runtimes. */
  private int demo(Arguments arguments, String notice)
      throws UsageException, IOException, InterruptedException {
    List<String> words = arguments.words();
    if (words.size() > 1 && Command.named(words.get(1)) == Command.DEMO) {
      throw new UsageException("'demo' needs another command, but was given 'demo'");
    }
    KoiCommand inner = new KoiCommand(console, end, Optional.empty(), clock);
    return new DemoCommand(console, home).run(arguments, notice, inner::run);
  }

  private Startup startup(Arguments arguments) throws IOException {
    return new Startup(console, arguments, home);
  }
}
