package dev.koi.cli;

import dev.koi.text.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * The command line, understood.
 *
 * @param words what is not an option: the command, and what it is about
 * @param options the values of each option that was given, by its long name
 * @param settings by key, from {@code --set}
 * @param filter from {@code --name}, {@code --label} and {@code --state}
 * @param execTimeout how long a command of {@code --exec} may take
 */
record Arguments(
    List<String> words,
    Map<String, List<String>> options,
    Map<String, String> settings,
    InstanceFilter filter,
    Duration execTimeout) {

  static final Options OPTIONS =
      new Options()
          .addOption(Option.builder().longOpt("json").get())
          .addOption(Option.builder("f").longOpt("follow").get())
          .addOption(Option.builder("v").longOpt("verbose").get())
          .addOption(Option.builder("h").longOpt("help").get())
          .addOption(Option.builder().longOpt("version").get())
          .addOption(Option.builder().longOpt("no-color").get())
          .addOption(Option.builder().longOpt("backend").hasArg().get())
          .addOption(Option.builder().longOpt("name").hasArg().get())
          .addOption(Option.builder().longOpt("label").hasArg().get())
          .addOption(Option.builder().longOpt("state").hasArg().get())
          .addOption(Option.builder().longOpt("config").hasArg().get())
          .addOption(Option.builder().longOpt("set").hasArg().get())
          .addOption(Option.builder().longOpt("exec").hasArg().get())
          .addOption(Option.builder().longOpt("exec-timeout").hasArg().get());

  static Arguments parse(String... args) throws UsageException {
    CommandLine line;
    try {
      line = DefaultParser.builder().setAllowPartialMatching(false).get().parse(OPTIONS, args);
    } catch (UnrecognizedOptionException e) {
      throw new UsageException("unknown option " + e.getOption() + suggestion(e.getOption()));
    } catch (MissingArgumentException e) {
      throw new UsageException("--" + e.getOption().getLongOpt() + " needs a value");
    } catch (ParseException e) {
      throw new UsageException(e.getMessage());
    }
    Map<String, List<String>> options = new TreeMap<>();
    for (Option option : line.getOptions()) {
      options
          .computeIfAbsent(option.getLongOpt(), name -> new ArrayList<>())
          .addAll(option.getValuesList());
    }
    return new Arguments(
        line.getArgList(),
        options,
        settings(options.getOrDefault("set", List.of())),
        InstanceFilter.of(
            options.getOrDefault("name", List.of()),
            options.getOrDefault("label", List.of()),
            options.getOrDefault("state", List.of())),
        seconds(options.getOrDefault("exec-timeout", List.of("30")).get(0)));
  }

  private static Duration seconds(String value) throws UsageException {
    if (!value.matches("[1-9][0-9]{0,5}")) {
      throw new UsageException(
          "--exec-timeout needs seconds from 1, but was given '" + value + "'");
    }
    return Duration.ofSeconds(Long.parseLong(value));
  }

  private static String suggestion(String option) {
    List<String> known = new ArrayList<>();
    OPTIONS.getOptions().forEach(each -> known.add("--" + each.getLongOpt()));
    int equals = option.indexOf('=');
    return Nearest.to(equals < 0 ? option : option.substring(0, equals), known)
        .map(near -> "; did you mean " + near + "?")
        .orElse("");
  }

  private static Map<String, String> settings(List<String> assignments) throws UsageException {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new UsageException("--set needs key=value, but was given '" + assignment + "'");
      }
      settings.put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1));
    }
    return settings;
  }

  boolean has(String option) {
    return options.containsKey(option);
  }

  boolean json() {
    return has("json");
  }

  boolean verbose() {
    return has("verbose");
  }

  /** Returns the names of the backends that are asked for; empty for all. */
  Set<String> backends() {
    return new TreeSet<>(options.getOrDefault("backend", List.of()));
  }

  /** Returns the value of an option that has one. */
  Optional<String> value(String option) {
    return has(option) ? Optional.of(options.get(option).get(0)) : Optional.empty();
  }

  /** Returns the same with other words and settings, for that backend and without a file. */
  Arguments on(String backend, List<String> newWords, Map<String, String> newSettings) {
    Map<String, List<String>> newOptions = new TreeMap<>(options);
    newOptions.remove("config");
    newOptions.put("backend", List.of(backend));
    return new Arguments(newWords, newOptions, newSettings, filter, execTimeout);
  }
}
