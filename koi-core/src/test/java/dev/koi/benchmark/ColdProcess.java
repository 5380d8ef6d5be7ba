package dev.koi.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long a short command takes from its start to its end, beside {@code docker ps -q}. The
 * commands run in turns. Koi's archive is made anew for each JDK, in a copy of the distribution.
 */
final class ColdProcess implements Section {
  private static final int MANY = 200;

  /** A command, what its output must contain, and its durations. */
  private record Command(
      String name, String expected, double goal, List<String> words, List<Double> millis) {}

  @Override
  public void run(Plan plan, Report report) throws Exception {
    Path temporary = Files.createTempDirectory("koi-benchmark");
    Optional<RealEngine> real = plan.quick() ? Optional.empty() : RealEngine.docker();
    try (SimulatedDocker many = SimulatedDocker.start(MANY);
        SimulatedDocker one = SimulatedDocker.start(1)) {
      for (Path java : plan.quick() ? plan.javas().subList(0, 1) : plan.javas()) {
        String version = version(java);
        Path copy = temporary.resolve(version);
        output(List.of("cp", "-a", plan.distribution().toString(), copy.toString()), java);
        output(List.of(copy.resolve("bin/koi").toString(), "warm-up"), java);
        List<String> koi = List.of(copy.resolve("bin/koi").toString());
        String section = "cold process, JDK " + version + ", beside docker ps -q";
        double goal = version.startsWith("17") ? 7.5 : 5.5;
        List<Command> commands = new ArrayList<>();
        add(commands, "docker ps -q of 200", "", 0, dockerPs(many, "-q"));
        add(commands, "docker ps of 200", "many-200", 0, dockerPs(many));
        add(commands, "koi list of 200", "many-200", goal, list(koi, many));
        add(commands, "koi list of 1", "many-1", 0, list(koi, one));
        add(commands, "koi --version", "koi", 0, List.of(koi.get(0), "--version"));
        add(
            commands,
            "plain java -cp, list of 200",
            "many-200",
            0,
            list(plainJava(java, copy), many));
        add(commands, "an empty main class", "", 0, emptyMain(plan, java));
        measure(plan, report, java, section, commands);
        if (real.isPresent()) {
          real.get().fill(MANY);
          commands = new ArrayList<>();
          add(commands, "docker ps -q of 200", "", 0, dockerPs(real.get(), "-q"));
          add(commands, "docker ps of 200", "koi-benchmark", 0, dockerPs(real.get()));
          add(commands, "koi list of 200", "koi-benchmark", goal, list(koi, real.get()));
          measure(plan, report, java, section + ", " + real.get().version(), commands);
        }
      }
    } finally {
      real.ifPresent(RealEngine::close);
      output(List.of("rm", "-rf", temporary.toString()), plan.javas().get(0));
    }
  }

  private static void measure(
      Plan plan, Report report, Path java, String section, List<Command> commands)
      throws Exception {
    int runs = plan.quick() ? 2 : plan.runs();
    for (int run = 0; run <= runs; run++) { // the first one warms the machine's caches only
      for (Command command : commands) {
        long began = System.nanoTime();
        String output = output(command.words, java);
        double millis = (System.nanoTime() - began) / 1e6;
        if (!output.contains(command.expected)) {
          throw new IllegalStateException(command.name + " printed: " + output);
        }
        if (run > 0) {
          command.millis.add(millis);
        }
      }
    }
    report.begin(section);
    Distribution floor = Distribution.of(commands.get(0).millis);
    for (Command command : commands.subList(1, commands.size())) {
      report.times(command.name, Distribution.of(command.millis), floor, command.goal);
    }
  }

  private static List<String> emptyMain(Plan plan, Path java) {
    String classes = plan.classPath().split(":", 2)[0];
    List<String> words = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
    words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classes));
    words.add(EmptyMain.class.getName());
    return words;
  }

  private static void add(
      List<Command> commands, String name, String expected, double goal, List<String> words) {
    commands.add(new Command(name, expected, goal, words, new ArrayList<>()));
  }

  private static List<String> dockerPs(Engine engine, String... options) {
    List<String> words = new ArrayList<>(List.of("docker", "-H", "unix://" + engine.socket()));
    words.add("ps");
    words.addAll(List.of(options));
    return words;
  }

  private static List<String> list(List<String> launcher, Engine engine) {
    List<String> words = new ArrayList<>(launcher);
    words.addAll(List.of("list", "--backend", "docker", "--set"));
    words.add("koi.backends.docker.host=unix://" + engine.socket());
    return words;
  }

  /** Returns what the launcher would run if it knew no options of Java. */
  private static List<String> plainJava(Path java, Path copy) throws IOException {
    String main =
        Stream.of(Files.readString(copy.resolve("bin/koi")).split("\\s+", -1))
            .filter(word -> word.matches("dev\\.koi\\.[a-z.]*Main"))
            .findFirst()
            .orElseThrow(() -> new IOException("no main class in " + copy + "/bin/koi"));
    return List.of(java.resolve("bin/java").toString(), "-cp", copy + "/lib/*", main);
  }

  private static String version(Path java) throws IOException {
    for (String line : Files.readAllLines(java.resolve("release"))) {
      if (line.startsWith("JAVA_VERSION=")) {
        return line.replaceAll(".*\"(.*)\".*", "$1");
      }
    }
    throw new IOException("no JAVA_VERSION in " + java.resolve("release"));
  }

  private static String output(List<String> command, Path java) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(Map.of("JAVA_HOME", java.toString()));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + " ended with " + process.exitValue());
    }
    return output;
  }
}
