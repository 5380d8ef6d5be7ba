package dev.koi.cli;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** An option of the command line. */
enum Option {
  JSON("", false),
  BACKEND("", true),
  NAME("", true),
  LABEL("", true),
  STATE("", true),
  GROUP("", true),
  EXEC("", true),
  EXEC_TIMEOUT("", true),
  OR_DEMO("", false),
  FOLLOW("-f", false),
  VERIFY("", true),
  HOST("", true),
  PORT("", true),
  ANNOUNCE("", false),
  PUBLISH("", true),
  CONFIG("", true),
  SET("", true),
  NO_COLOR("", false),
  VERBOSE("-v", false),
  HELP("-h", false),
  VERSION("", false);

  private static final Set<Command> TEXTS =
      EnumSet.of(Command.HELP, Command.COMPLETION, Command.WARM_UP);

  private final String shortForm;
  private final boolean valued;

  Option(String shortForm, boolean valued) {
    this.shortForm = shortForm;
    this.valued = valued;
  }

  /** Returns whether the command takes it; demo passes on what other commands take. */
  boolean appliesTo(Command command) {
    return switch (this) {
      case BACKEND -> !TEXTS.contains(command) && command != Command.FLEET;
      case JSON -> !TEXTS.contains(command) && command != Command.SERVE;
      case NAME, LABEL, STATE, GROUP -> command == Command.LIST || command == Command.WATCH;
      case HOST -> // a machine, or where the server listens
          command == Command.LIST || command == Command.WATCH || command == Command.SERVE;
      case EXEC, EXEC_TIMEOUT, OR_DEMO -> command == Command.WATCH;
      case FOLLOW -> command == Command.EXPLAIN;
      case PORT, ANNOUNCE, PUBLISH -> command == Command.SERVE;
      case VERIFY -> command == Command.BACKENDS;
      case CONFIG, SET, NO_COLOR, VERBOSE, HELP, VERSION -> true;
    };
  }

  /** Returns the long form. */
  String word() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns what commons-cli parses. */
  org.apache.commons.cli.Option parsed() {
    return org.apache.commons.cli.Option.builder(
            shortForm.isEmpty() ? null : shortForm.substring(1))
        .longOpt(word().substring(2))
        .hasArg(valued)
        .get();
  }
}
