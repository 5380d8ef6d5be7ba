package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.core.filter.InstanceFilter;
import dev.koi.text.Nearest;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * The parsed command line.
 *
 * @param words the command and its operands
 * @param options the values of each option given
 * @param settings from {@code --set}, and for a server from {@code --host}, {@code --port}, {@code
 *     --announce} and {@code --publish}, by key
 * @param filter from {@code --name}, {@code --label}, {@code --state}, {@code --group} and {@code
 *     --host}
 * @param execTimeout the longest time that a command of {@code --exec} may run
 */
record Arguments(
    List<String> words,
    Map<Option, List<String>> options,
    Map<String, String> settings,
    InstanceFilter filter,
    Duration execTimeout) {

  static Arguments parse(String... args) throws UsageException {
    CommandLine line = parsed(args);
    Map<Option, List<String>> options = new EnumMap<>(Option.class);
    for (Option option : Option.values()) {
      if (line.hasOption(option.word())) {
        String[] values = line.getOptionValues(option.word());
        options.put(option, values == null ? List.of() : List.of(values));
      }
      if (options.getOrDefault(option, List.of()).contains("")) {
        throw new UsageException(option.word() + " needs a value");
      }
    }
    return new Arguments(
        line.getArgList(),
        options,
        settings(options, line.getArgList().contains("serve")),
        filter(options),
        seconds(options.getOrDefault(Option.EXEC_TIMEOUT, List.of("30")).get(0)));
  }

  private static InstanceFilter filter(Map<Option, List<String>> options) throws UsageException {
    try {
      Map<String, List<String>> byName = new HashMap<>();
      options.forEach((option, values) -> byName.put(option.word().substring(2), values));
      return InstanceFilter.of(byName);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }

  private static CommandLine parsed(String... args) throws UsageException {
    Options table = new Options();
    for (Option option : Option.values()) {
      table.addOption(option.parsed());
    }
    try {
      return DefaultParser.builder()
          .setAllowPartialMatching(false)
          .setStripLeadingAndTrailingQuotes(false)
          .get()
          .parse(table, args);
    } catch (UnrecognizedOptionException e) {
      throw unrecognized(e.getOption());
    } catch (MissingArgumentException e) {
      throw new UsageException("--" + e.getOption().getLongOpt() + " needs a value");
    } catch (ParseException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static UsageException unrecognized(String arg) {
    int equals = arg.indexOf('=');
    String word = equals < 0 ? arg : arg.substring(0, equals);
    List<String> known = Arrays.stream(Option.values()).map(Option::word).toList();
    return new UsageException(
        equals >= 0 && known.contains(word)
            ? word + " takes no value, but was given '" + arg.substring(equals + 1) + "'"
            : "unknown option " + word + Nearest.didYouMean(word, known));
  }

  private static Duration seconds(String value) throws UsageException {
    if (!value.matches("[1-9][0-9]{0,5}")) {
      throw new UsageException(
          "--exec-timeout needs seconds from 1, but was given '" + value + "'");
    }
    return Duration.ofSeconds(Long.parseLong(value));
  }

  private static Map<String, String> settings(Map<Option, List<String>> options, boolean server)
      throws UsageException {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String assignment : options.getOrDefault(Option.SET, List.of())) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new UsageException("--set needs key=value, but was given '" + assignment + "'");
      } else if (!assignment.startsWith("koi.")) {
        throw new UsageException("--set: each setting begins with koi., but not " + assignment);
      }
      settings.put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1));
    }
    for (Option option : server ? List.of(Option.HOST, Option.PORT) : List.<Option>of()) {
      for (String value : options.getOrDefault(option, List.of())) {
        if (option == Option.PORT && !isPort(value)) {
          throw new UsageException(
              "--port needs a number from 0 to 65535, but was given '" + value + "'");
        }
        settings.put("koi.serve." + option.word().substring(2), value);
      }
    }
    if (server && options.containsKey(Option.ANNOUNCE)) {
      settings.put("koi.announce.enabled", "true");
    }
    List<String> fleet = options.getOrDefault(Option.PUBLISH, List.of());
    if (!fleet.isEmpty()) {
      settings.put("koi.fleet.publish", "true");
      settings.put("koi.fleet.endpoints", String.join(",", fleet));
    }
    return settings;
  }

  private static boolean isPort(String value) {
    return value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= 65_535;
  }

  /** Returns a message if labels that the model has dropped may hide a match. */
  Optional<String> limitation(List<Instance> all) {
    long unclear = filter.unclear(all);
    return unclear == 0
        ? Optional.empty()
        : Optional.of(
            "koi: instances with more labels than Koi keeps: "
                + unclear
                + "; --label does not see all of theirs");
  }

  boolean has(Option option) {
    return options.containsKey(option);
  }

  /** Returns the names of the backends to use; empty for all. */
  Set<String> backends() {
    return new TreeSet<>(options.getOrDefault(Option.BACKEND, List.of()));
  }

  Optional<String> value(Option option) {
    return has(option) ? Optional.of(options.get(option).get(0)) : Optional.empty();
  }

  /** Returns the operand of the command. */
  String operand(String description) throws UsageException {
    if (words.size() < 2 || words.get(1).isBlank()) {
      throw new UsageException("'" + words.get(0) + "' needs " + description);
    }
    return words.get(1);
  }

  /** Returns the same options with another command and other settings, on one backend only. */
  Arguments on(String backend, List<String> newWords, Map<String, String> newSettings) {
    Map<Option, List<String>> newOptions = new EnumMap<>(options);
    newOptions.remove(Option.CONFIG);
    newOptions.remove(Option.OR_DEMO);
    newOptions.put(Option.BACKEND, List.of(backend));
    return new Arguments(newWords, newOptions, newSettings, filter, execTimeout);
  }
}
