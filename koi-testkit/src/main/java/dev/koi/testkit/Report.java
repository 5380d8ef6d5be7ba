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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a run has found, rule by rule, as a page for people and as JSON. */
final class Report {

  static final String PASSED = "passed";
  static final String FAILED = "failed";
  static final String NOT_VERIFIED = "not verified";

  private record Claim(String name, String outcome, String why) {}

  private final Map<String, List<Claim>> claims = new TreeMap<>();

  void add(Rule rule, String claim, String outcome, String why) {
    claims
        .computeIfAbsent(rule.value(), id -> new ArrayList<>())
        .add(new Claim(claim, outcome, why));
  }

  /** Writes {@code <backend>.md} and {@code <backend>.json}, and makes the directory. */
  void write(Path directory, Probe probe) throws IOException {
    Files.createDirectories(directory);
    String file = probe.name().replaceAll("[^A-Za-z0-9-]", "_");
    Files.writeString(directory.resolve(file + ".md"), page(probe));
    Files.writeString(directory.resolve(file + ".json"), json(probe));
  }

  private List<Claim> claims(SpecRule rule) {
    return claims.getOrDefault(rule.id(), List.of());
  }

  private String outcome(SpecRule rule) {
    Set<String> outcomes = claims(rule).stream().map(Claim::outcome).collect(Collectors.toSet());
    if (outcomes.isEmpty()) {
      return "not run";
    }
    if (outcomes.contains(FAILED)) {
      return FAILED;
    }
    return outcomes.size() == 2 ? "passed in part" : outcomes.iterator().next();
  }

  private String page(Probe probe) {
    RuntimeInfo runtime = probe.runtime();
    String head =
        """
        # Koi conformance: %s

        - Backend: `%s`, %s
        - Runtime: %s at `%s`
        - Kit: koi-testkit, %s; Java %s
        - Rules: %s

        | Rule | | Outcome |
        |---|---|---|
        """
            .formatted(
                probe.name(),
                probe.type().getName(),
                version(probe.type()),
                (runtime.product() + " " + runtime.version()).strip(),
                runtime.endpoint(),
                version(Report.class),
                System.getProperty("java.version"),
                summary());
    return SpecRule.all().stream().map(this::row).collect(joining("", head, ""));
  }

  private String row(SpecRule rule) {
    String reasons =
        claims(rule).stream()
            .filter(claim -> !claim.outcome.equals(PASSED))
            .map(claim -> "<br>%s, %s: %s".formatted(claim.name, claim.outcome, claim.why))
            .collect(joining());
    return "| %s | %s | **%s**%s |\n"
        .formatted(rule.id(), cell(rule.sentence()), outcome(rule), cell(reasons));
  }

  private String summary() {
    Map<String, Long> counts = new TreeMap<>();
    SpecRule.all().forEach(rule -> counts.merge(outcome(rule), 1L, Long::sum));
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " " + count.getKey())
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
    List<Map<String, String>> json =
        claims(rule).stream()
            .map(it -> Map.of("claim", it.name, "outcome", it.outcome, "why", it.why))
            .<Map<String, String>>map(TreeMap::new)
            .toList();
    return new TreeMap<>(Map.of("id", rule.id(), "outcome", outcome(rule), "claims", json));
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
    return version == null ? "run from classes" : "version " + version;
  }
}
