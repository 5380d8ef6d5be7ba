package dev.koi.cli;

import dev.koi.core.Koi;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.text.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Understands the command line and runs what it asks for. */
final class KoiCommand {

  private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

  private final Console console;
  private final Optional<Path> home;
  private final Clock clock;

  /** Makes one; {@code home} is where the distribution lies, if it runs from there. */
  KoiCommand(Console console, Optional<Path> home, Clock clock) {
    this.console = console;
    this.home = home;
    this.clock = clock;
  }

  /** Returns the exit code; every failure has been told in one line. */
  int run(String... args) {
    boolean verbose = List.of(args).contains("-v"); // as far as is known
    try {
      Arguments arguments = Arguments.parse(args);
      verbose = arguments.verbose();
      if (arguments.has("no-color")) {
        console.withoutColours();
      }
      return run(arguments);
    } catch (UsageException e) {
      String joint = e.getMessage().endsWith("?") ? " " : "; ";
      console.tell("koi: " + e.getMessage() + joint + "'koi --help' shows what there is");
      return ExitCode.USAGE;
    } catch (IllegalArgumentException e) {
      console.tell("koi: " + e.getMessage());
      return ExitCode.USAGE;
    } catch (IOException e) {
      console.tell("koi: " + e.getMessage());
      return ExitCode.FAILURE;
    } catch (InterruptedException e) {
      console.tell("koi: interrupted");
      return ExitCode.FAILURE;
    } catch (Throwable e) { // such as an Error: a person wants a sentence, whatever it was
      console.tell("koi: unexpected: " + e + (verbose ? "" : "; -v shows more"));
      if (verbose) {
        Logging.tellTrace(console, e);
      }
      return ExitCode.FAILURE;
    }
  }

  private int run(Arguments arguments) throws UsageException, IOException, InterruptedException {
    if (arguments.has("version")) {
      String version = KoiCommand.class.getPackage().getImplementationVersion();
      console.print("koi " + (version == null ? "(unpackaged)" : version));
      return ExitCode.OK;
    }
    List<String> words = arguments.words();
    if (words.isEmpty()) {
      if (arguments.has("help")) {
        return help("koi");
      }
      throw new UsageException("no command given");
    }
    Command command = command(words.get(0));
    if (arguments.has("help")) {
      return help(command.word());
    }
    requireTaken(command, arguments);
    Logging.configure(console, arguments.verbose());
    return switch (command) {
      case HELP -> help(words.size() == 1 ? "koi" : command(words.get(1)).word());
      case COMPLETION -> completion(required(words, "one of " + String.join(", ", SHELLS)));
      case DEMO -> new DemoCommand(console, home).run(arguments, this::run);
      case LIST -> new ListCommand(console, clock).run(builder(arguments), arguments);
      case WATCH -> new WatchCommand(console).run(builder(arguments), arguments);
      case EXPLAIN ->
          new ExplainCommand(console, clock)
              .run(
                  builder(arguments),
                  arguments,
                  required(words, "a name or an id, as 'koi list' shows it"));
      case BACKENDS -> new BackendsCommand(console, home).run(builder(arguments), arguments);
    };
  }

  private static Command command(String word) throws UsageException {
    Optional<Command> command = Command.named(word);
    if (command.isEmpty()) {
      throw new UsageException(
          "unknown command '"
              + word
              + "'"
              + Nearest.to(word, Command.words())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse(""));
    }
    return command.get();
  }

  /** Refuses what would have no effect. */
  private static void requireTaken(Command command, Arguments arguments) throws UsageException {
    for (String option : arguments.options().keySet()) {
      if (!command.takes(option)) {
        throw new UsageException("'" + command.word() + "' does not take --" + option);
      }
    }
    int most =
        switch (command) {
          case LIST, WATCH, BACKENDS -> 1;
          case EXPLAIN, HELP, COMPLETION -> 2;
          case DEMO -> Integer.MAX_VALUE; // whose command is looked at in its turn
        };
    if (arguments.words().size() > most) {
      throw new UsageException(
          "'"
              + command.word()
              + "' takes no further words, but was given '"
              + arguments.words().get(most)
              + "'");
    }
  }

  private static String required(List<String> words, String what) throws UsageException {
    if (words.size() < 2) {
      throw new UsageException("'" + words.get(0) + "' needs " + what);
    }
    return words.get(1);
  }

  private int help(String topic) throws IOException {
    return show("help/" + topic + ".txt");
  }

  private int completion(String shell) throws UsageException, IOException {
    if (!SHELLS.contains(shell)) {
      throw new UsageException(
          "'completion' needs one of "
              + String.join(", ", SHELLS)
              + ", but was given '"
              + shell
              + "'");
    }
    return show("completion/" + shell);
  }

  private int show(String resource) throws IOException {
    try (InputStream text = KoiCommand.class.getResourceAsStream(resource)) {
      new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(console::print);
    }
    return ExitCode.OK;
  }

  private Koi.Builder builder(Arguments arguments) throws IOException {
    if (home.isPresent()) {
      BackendsDirectory.requireTrusted(home.get().resolve("backends"));
    }
    Optional<Path> file =
        arguments
            .value("config")
            .map(Path::of)
            .or(() -> home.map(dir -> dir.resolve("conf/koi.conf")).filter(Files::exists));
    KoiSettings settings =
        SettingsLoader.load(file, arguments.settings(), KoiCommand.class.getClassLoader());
    return Koi.builder().settings(settings.only(arguments.backends()));
  }
}
