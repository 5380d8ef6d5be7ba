package dev.koi.testkit;

import static java.util.stream.Collectors.joining;

import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a run has found, rule by rule, as a page for people and as JSON. */
final class Report {

  private record Outcome(String claim, String result, String why) {
    boolean is(String other) {
      return result.equals(other);
    }
  }

  private static final String PASSED = "passed";
  private static final String FAILED = "failed";
  private static final String NOT_VERIFIED = "not verified";

  private final Map<String, List<Outcome>> outcomes = new TreeMap<>();

  void passed(Rule rule, String claim) {
    add(rule, new Outcome(claim, PASSED, ""));
  }

  void failed(Rule rule, String claim, String why) {
    add(rule, new Outcome(claim, FAILED, why));
  }

  void notVerified(Rule rule, String claim, String why) {
    add(rule, new Outcome(claim, NOT_VERIFIED, why));
  }

  private void add(Rule rule, Outcome outcome) {
    outcomes.computeIfAbsent(rule.value(), id -> new ArrayList<>()).add(outcome);
  }

  /** Writes {@code <backend>.md} and {@code <backend>.json}, and makes the directory. */
  void write(Path directory, Probe probe) throws IOException {
    Files.createDirectories(directory);
    String file = probe.name().replaceAll("[^A-Za-z0-9-]", "_");
    Files.writeString(directory.resolve(file + ".md"), page(probe));
    Files.writeString(directory.resolve(file + ".json"), json(probe));
  }

  private String verdict(SpecRule rule) {
    List<Outcome> claims = outcomes.getOrDefault(rule.id(), List.of());
    if (claims.isEmpty()) {
      return "not run";
    }
    if (claims.stream().anyMatch(claim -> claim.is(FAILED))) {
      return FAILED;
    }
    if (claims.stream().allMatch(claim -> claim.is(PASSED))) {
      return PASSED;
    }
    return claims.stream().anyMatch(claim -> claim.is(PASSED)) ? "passed in part" : NOT_VERIFIED;
  }

  private String page(Probe probe) {
    RuntimeInfo runtime = probe.runtime();
    StringBuilder page = new StringBuilder();
    page.append("# Koi conformance: ").append(probe.name()).append("\n\n");
    page.append("- Backend: `%s` %s\n".formatted(probe.type().getName(), version(probe.type())));
    page.append(
        "- Runtime: %s %s at `%s`\n"
            .formatted(runtime.product(), runtime.version(), runtime.endpoint()));
    page.append(
        "- Kit: koi-testkit %s, Java %s\n- Rules: %s\n\n"
            .formatted(version(Report.class), System.getProperty("java.version"), summary()));
    page.append("| Rule | | Outcome |\n|---|---|---|\n");
    for (SpecRule rule : SpecRule.all()) {
      String reasons =
          outcomes.getOrDefault(rule.id(), List.of()).stream()
              .filter(claim -> !claim.is(PASSED))
              .map(claim -> "<br>%s, %s: %s".formatted(claim.claim, claim.result, claim.why))
              .collect(joining());
      page.append(
          "| %s | %s | **%s**%s |\n"
              .formatted(rule.id(), cell(rule.sentence()), verdict(rule), cell(reasons)));
    }
    return page.toString();
  }

  private String summary() {
    return SpecRule.all().stream()
        .collect(Collectors.groupingBy(this::verdict, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(joining(", "));
  }

  private static String cell(String text) {
    return text.strip().replace("|", "\\|").replaceAll("\\s*\\R\\s*", " ");
  }

  private String json(Probe probe) {
    RuntimeInfo runtime = probe.runtime();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("backend", probe.name());
    json.put("class", probe.type().getName());
    json.put("version", version(probe.type()));
    json.put("product", runtime.product());
    json.put("product_version", runtime.version());
    json.put("api_version", runtime.apiVersion());
    json.put("endpoint", runtime.endpoint());
    json.put("kit_version", version(Report.class));
    json.put("rules", SpecRule.all().stream().map(this::rule).toList());
    return json(json) + "\n";
  }

  private Map<String, Object> rule(SpecRule rule) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", rule.id());
    json.put("outcome", verdict(rule));
    json.put(
        "claims",
        outcomes.getOrDefault(rule.id(), List.of()).stream()
            .map(
                it -> new TreeMap<>(Map.of("claim", it.claim, "outcome", it.result, "why", it.why)))
            .toList());
    return json;
  }

  private static String json(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> json(entry.getKey()) + ":" + json(entry.getValue()))
          .collect(joining(",\n", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Report::json).collect(joining(",\n", "[", "]"));
    }
    return value
        .toString()
        .chars()
        .mapToObj(c -> c >= ' ' && c != '"' && c != '\\' ? "" + (char) c : "\\u%04x".formatted(c))
        .collect(joining("", "\"", "\""));
  }

  private static String version(Class<?> type) {
    String version = type.getPackage().getImplementationVersion();
    return version == null ? "(no version: not from a jar)" : version;
  }
}
