package dev.koi.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * @param settings by key, from {@code --set}
 */
record Arguments(
    List<String> words,
    boolean json,
    boolean verbose,
    boolean help,
    boolean version,
    Set<String> backends,
    Optional<Path> config,
    Map<String, String> settings,
    Optional<String> exec,
    Duration execTimeout) {

  static final Options OPTIONS =
      new Options()
          .addOption(Option.builder().longOpt("json").get())
          .addOption(Option.builder("v").longOpt("verbose").get())
          .addOption(Option.builder("h").longOpt("help").get())
          .addOption(Option.builder().longOpt("version").get())
          .addOption(Option.builder().longOpt("backend").hasArg().get())
          .addOption(Option.builder().longOpt("config").hasArg().get())
          .addOption(Option.builder().longOpt("set").hasArg().get())
          .addOption(Option.builder().longOpt("exec").hasArg().get())
          .addOption(Option.builder().longOpt("exec-timeout").hasArg().get());

  static Arguments parse(String... args) throws UsageException {
    CommandLine line;
    try {
      line = DefaultParser.builder().setAllowPartialMatching(false).get().parse(OPTIONS, args);
    } catch (UnrecognizedOptionException e) {
      throw new UsageException("unknown option " + e.getOption());
    } catch (MissingArgumentException e) {
      throw new UsageException("--" + e.getOption().getLongOpt() + " needs a value");
    } catch (ParseException e) {
      throw new UsageException(e.getMessage());
    }
    return new Arguments(
        line.getArgList(),
        line.hasOption("json"),
        line.hasOption("verbose"),
        line.hasOption("help"),
        line.hasOption("version"),
        new TreeSet<>(List.of(values(line, "backend"))),
        Optional.ofNullable(line.getOptionValue("config")).map(Path::of),
        settings(values(line, "set")),
        Optional.ofNullable(line.getOptionValue("exec")),
        seconds(line.getOptionValue("exec-timeout", "30")));
  }

  private static Duration seconds(String value) throws UsageException {
    if (!value.matches("[1-9][0-9]{0,5}")) {
      throw new UsageException(
          "--exec-timeout needs seconds from 1, but was given '" + value + "'");
    }
    return Duration.ofSeconds(Long.parseLong(value));
  }

  private static String[] values(CommandLine line, String option) {
    String[] values = line.getOptionValues(option);
    return values == null ? new String[0] : values;
  }

  private static Map<String, String> settings(String... assignments) throws UsageException {
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
}
