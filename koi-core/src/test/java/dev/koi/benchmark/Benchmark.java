package dev.koi.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the sections that its options name; {@code .ci/benchmark} starts it and explains them. */
public final class Benchmark {

  private Benchmark() {}

  /** Takes {@code NAME=VALUE} for each part of the {@link Plan}. */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = new LinkedHashMap<>();
    for (String arg : args) {
      options.put(arg.replaceFirst("=.*", ""), arg.replaceFirst("^[^=]*=", ""));
    }
    Plan plan = plan(options);
    Report report = new Report();
    Watcher.quiet();
    describe(plan, options, report);
    try {
      for (Map.Entry<String, Section> section : sections(plan).entrySet()) {
        if (plan.sections().contains(section.getKey())) {
          section.getValue().run(plan, report);
        }
      }
    } finally {
      report.fact("load after", load());
      if (plan.json().isPresent()) {
        report.write(plan.json().get());
      }
    }
    System.exit(0);
  }

  private static Map<String, Section> sections(Plan plan) {
    boolean quick = plan.quick();
    Map<String, Section> sections = new LinkedHashMap<>();
    sections.put("events", new Events());
    sections.put("picture", new FirstPicture(200, quick ? 3 : 30, quick ? 3 : 40));
    sections.put("cold", new ColdProcess());
    sections.put("idle", new Idle());
    sections.put("scale", new FirstPicture(quick ? 1_000 : 10_000, 0, quick ? 1 : 3));
    sections.put("flood", new Flooding());
    sections.put("streams", new Streams());
    sections.put("announce", new Names(quick ? 2 : 20));
    sections.put("peers", new Peers());
    return sections;
  }

  private static Plan plan(Map<String, String> options) throws IOException {
    Path distribution = Path.of(options.get("dist"));
    String jars;
    try (Stream<Path> files = Files.list(distribution.resolve("lib"))) {
      jars =
          files
              .map(Path::toString)
              .filter(file -> file.endsWith(".jar"))
              .sorted()
              .collect(Collectors.joining(":"));
    }
    List<Path> javas = new ArrayList<>();
    for (String java : options.get("javas").split(",", -1)) {
      javas.add(Path.of(java));
    }
    Set<String> sections = new LinkedHashSet<>(List.of(options.get("sections").split(",", -1)));
    return new Plan(
        sections,
        options.get("quick").equals("yes"),
        distribution,
        options.get("classes") + ":" + jars,
        javas,
        Integer.parseInt(options.get("runs")),
        Integer.parseInt(options.get("seconds")),
        Integer.parseInt(options.get("minutes")),
        Path.of(options.get("peer")),
        Optional.of(options.get("json")).filter(file -> !file.isEmpty()).map(Path::of));
  }

  private static void describe(Plan plan, Map<String, String> options, Report report)
      throws IOException {
    String cpu =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.replaceFirst(".*: ", ""))
            .findFirst()
            .orElse("unknown");
    report.fact("revision", options.get("revision"));
    report.fact("koi", plan.distribution().toString());
    report.fact("cpu", cpu + ", " + Runtime.getRuntime().availableProcessors() + " cores");
    report.fact("load", load());
    report.fact(
        "os",
        Files.readString(Path.of("/proc/sys/kernel/ostype"), UTF_8).strip()
            + " "
            + System.getProperty("os.version"));
    report.fact("jdk", System.getProperty("java.vm.version"));
    List<String> engines = new ArrayList<>(List.of("simulated Docker 28"));
    for (RealEngine engine : RealEngine.all()) {
      engines.add(engine.version());
      engine.close();
    }
    report.fact("engines", String.join(", ", engines));
  }

  private static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).replaceFirst(" \\d+/.*", "").strip();
  }
}
