package dev.koi.cli;

import dev.koi.core.Koi;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.SettingsLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Understands the command line and runs what it asks for. */
final class KoiCommand {

  private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

  private final Console console;
  private final Optional<Path> home;

  /** Makes one; {@code home} is where the distribution lies, if it runs from there. */
  KoiCommand(Console console, Optional<Path> home) {
    this.console = console;
    this.home = home;
  }

  /** Returns the exit code; every failure has been told in one line. */
  int run(String... args) {
    boolean verbose = false;
    try {
      Arguments arguments = Arguments.parse(args);
      verbose = arguments.verbose();
      return run(arguments);
    } catch (UsageException e) {
      console.tell("koi: " + e.getMessage() + "; 'koi --help' shows what there is");
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
    } catch (RuntimeException e) {
      console.tell("koi: unexpected: " + e + (verbose ? "" : "; -v shows more"));
      if (verbose) {
        e.printStackTrace();
      }
      return ExitCode.FAILURE;
    }
  }

  private int run(Arguments arguments) throws UsageException, IOException, InterruptedException {
    if (arguments.version()) {
      String version = KoiCommand.class.getPackage().getImplementationVersion();
      console.print("koi " + (version == null ? "(unpackaged)" : version));
      return ExitCode.OK;
    }
    if (arguments.help()) {
      return help();
    }
    if (arguments.words().isEmpty()) {
      throw new UsageException("no command given");
    }
    String command = arguments.words().get(0);
    Logging.configure(console, arguments.verbose());
    if (command.equals("demo")) {
      return new DemoCommand(console, home).run(arguments, this::run);
    }
    if (command.equals("completion")) {
      return completion(arguments.words());
    }
    if (arguments.words().size() > 1) {
      throw new UsageException(
          "'"
              + command
              + "' takes no further words, but was given '"
              + arguments.words().get(1)
              + "'");
    }
    return switch (command) {
      case "list" -> new ListCommand(console).run(builder(arguments), arguments);
      case "watch" -> new WatchCommand(console).run(builder(arguments), arguments);
      case "help" -> help();
      default -> throw new UsageException("unknown command '" + command + "'");
    };
  }

  private int help() throws IOException {
    return show("help.txt");
  }

  private int completion(List<String> words) throws UsageException, IOException {
    if (words.size() != 2 || !SHELLS.contains(words.get(1))) {
      throw new UsageException("'completion' needs one of " + String.join(", ", SHELLS));
    }
    return show("completion/" + words.get(1));
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
            .config()
            .or(() -> home.map(dir -> dir.resolve("conf/koi.conf")).filter(Files::exists));
    KoiSettings settings =
        SettingsLoader.load(file, arguments.settings(), KoiCommand.class.getClassLoader());
    return Koi.builder().settings(settings.only(arguments.backends()));
  }
}
