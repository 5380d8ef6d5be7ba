package dev.koi.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be asked for. */
enum Command {
  LIST,
  WATCH,
  EXPLAIN,
  BACKENDS,
  DEMO,
  COMPLETION,
  HELP;

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

  /** Returns whether the option has a meaning; for demo, which passes them on, most have. */
  boolean takes(String option) {
    return switch (option) {
      case "json", "backend" -> this != HELP && this != COMPLETION;
      case "name", "label", "state" -> this == LIST || this == WATCH || this == DEMO;
      case "exec", "exec-timeout" -> this == WATCH || this == DEMO;
      case "follow" -> this == EXPLAIN || this == DEMO;
      default -> true;
    };
  }
}
