package dev.koi.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be asked for, and the options that have a meaning for it. */
enum Command {
  LIST("json", "backend", "name", "label", "state"),
  WATCH("json", "backend", "name", "label", "state"),
  EXPLAIN("json", "backend", "follow"),
  BACKENDS("json", "backend"),
  DEMO("json", "backend", "name", "label", "state", "follow"),
  HELP();

  private static final List<String> COMMON =
      List.of("config", "set", "no-color", "verbose", "help", "version");

  private final List<String> options;

  Command(String... options) {
    this.options = List.of(options);
  }

  /** Returns the command of that name; "doctor" is what other tools call backends. */
  static Optional<Command> named(String name) {
    for (Command command : values()) {
      if (command.word().equals(name)) {
        return Optional.of(command);
      }
    }
    return name.equals("doctor") ? Optional.of(BACKENDS) : Optional.empty();
  }

  static List<String> words() {
    List<String> words = new ArrayList<>();
    for (Command command : values()) {
      words.add(command.word());
    }
    return words;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean takes(String option) {
    return options.contains(option) || COMMON.contains(option);
  }
}
