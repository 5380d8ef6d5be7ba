package dev.koi.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Prints each figure as soon as it is known, and writes all of them as JSON. */
final class Report {
  private static final String ROW = "%-58s %5s %9s %9s %9s %9s %7s %8s%n";

  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<Figure> figures = new ArrayList<>();
  private String section = "";

  /** Adds a fact about the machine or about what is measured. */
  void fact(String name, String value) {
    environment.put(name, value);
    System.out.printf("%-10s %s%n", name, value);
  }

  /** Begins a section: what is measured, and on which engine. */
  void begin(String section) {
    this.section = section;
    System.out.printf("%n" + ROW, section, "n", "median", "p99", "floor", "p99", "ratio", "goal");
  }

  /** Adds durations in milliseconds. */
  void times(String name, Distribution koi) {
    add(name + ", ms", koi, Optional.empty(), -1, false);
  }

  /** Adds durations in milliseconds beside a floor's, with the largest good ratio; 0 for none. */
  void times(String name, Distribution koi, Distribution floor, double goal) {
    add(name + ", ms", koi, Optional.of(floor), goal == 0 ? -1 : goal, true);
  }

  /** Adds a value by itself, with the largest good one; negative for none. */
  void value(String name, double value, double goal) {
    add(name, Distribution.of(value), Optional.empty(), goal, false);
  }

  /** Adds a value beside a floor's, with the largest good one; negative for none. */
  void value(String name, double koi, double floor, double goal) {
    add(name, Distribution.of(koi), Optional.of(Distribution.of(floor)), goal, false);
  }

  private void add(
      String name, Distribution koi, Optional<Distribution> floor, double goal, boolean relative) {
    Optional<Double> set = goal < 0 ? Optional.empty() : Optional.of(goal);
    Figure figure = new Figure(section, name, koi, floor, set, relative);
    figures.add(figure);
    boolean several = koi.n() > 1;
    System.out.printf(
        ROW,
        "  " + figure.name(),
        several ? koi.n() : "",
        number(koi.median()),
        several ? number(koi.p99()) : "",
        floor.map(f -> number(f.median())).orElse(""),
        floor.filter(f -> f.n() > 1).map(f -> number(f.p99())).orElse(""),
        figure.ratio().map(r -> "x " + number(r)).orElse(""),
        figure.goal().map(g -> (figure.relative() ? "x " : "") + number(g)).orElse("")
            + figure.reached().map(reached -> reached ? "" : " !").orElse(""));
  }

  private static String number(double value) {
    String form = value == Math.rint(value) ? "%.0f" : value < 10 ? "%.2f" : "%.1f";
    return String.format(Locale.ROOT, form, value);
  }

  void write(Path file) throws IOException {
    String facts =
        environment.entrySet().stream()
            .map(e -> "    " + quote(e.getKey()) + ": " + quote(e.getValue()))
            .collect(Collectors.joining(",\n"));
    String rows = figures.stream().map(Report::json).collect(Collectors.joining(",\n"));
    Files.writeString(
        file,
        "{\n  \"environment\": {\n" + facts + "\n  },\n  \"figures\": [\n" + rows + "\n  ]\n}\n");
  }

  private static String json(Figure figure) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("section", quote(figure.section()));
    fields.put("name", quote(figure.name()));
    fields.put("koi", figure.koi().json());
    figure.floor().ifPresent(floor -> fields.put("floor", floor.json()));
    figure.ratio().ifPresent(ratio -> fields.put("ratio", ratio));
    figure.goal().ifPresent(goal -> fields.put(figure.relative() ? "goal_ratio" : "goal", goal));
    figure.reached().ifPresent(reached -> fields.put("reached", reached));
    return fields.entrySet().stream()
        .map(e -> quote(e.getKey()) + ": " + e.getValue())
        .collect(Collectors.joining(", ", "    {", "}"));
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
