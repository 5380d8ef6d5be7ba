package dev.koi.cli;

import dev.koi.text.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A command, and the most words that it takes, itself among them. */
enum Command {
  LIST(1),
  WATCH(1),
  EXPLAIN(2),
  BACKENDS(1),
  SERVE(1),
  FLEET(3),
  DEMO(Integer.MAX_VALUE), // the command that follows limits them
  COMPLETION(2),
  WARM_UP(1), // by the script bin/koi; here for its help
  HELP(2);

  private final int maxWords;

  Command(int maxWords) {
    this.maxWords = maxWords;
  }

  /** Returns the command of that name; other tools call {@code backends} "doctor". */
  static Command named(String name) throws UsageException {
    for (Command command : values()) {
      if (command.word().equals(name)) {
        return command;
      }
    }
    if (name.equals("doctor")) {
      return BACKENDS;
    }
    throw new UsageException("unknown command '" + name + "'" + Nearest.didYouMean(name, words()));
  }

  /** Returns the end of a message about that command line. */
  static String whereHelpIs(String... args) {
    return Arrays.stream(args)
        .filter(arg -> words().contains(arg) && !arg.equals(HELP.word()))
        .findFirst()
        .map(word -> "'koi " + word + " --help' lists its options")
        .orElse("'koi --help' lists commands and options");
  }

  static List<String> words() {
    return Arrays.stream(values()).map(Command::word).toList();
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Refuses options and words that would have no effect. */
  void check(Arguments arguments) throws UsageException {
    for (Option option : arguments.options().keySet()) {
      if (this != DEMO && !option.appliesTo(this)) {
        throw new UsageException("'" + word() + "' does not take " + option.word());
      }
    }
    if (arguments.words().size() > maxWords) {
      String word = arguments.words().get(maxWords);
      throw new UsageException(
          "'" + word() + "' takes no further words, but was given '" + word + "'");
    }
  }
}
