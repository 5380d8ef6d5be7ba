package dev.koi.testkit.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The outcome of every rule and claim, as a page for people and as JSON. */
final class Report {

  static final String PASSED = "passed";
  static final String PARTLY = "passed in part";
  static final String FAILED = "failed";
  static final String FIXTURE_FAILED = "fixture failed";
  static final String NOT_VERIFIED = "not verified";
  static final String NOT_RUN = "not run";

  private record Outcome(String name, String why) {}

  private final Path page;
  private final Path json;
  private final Class<?> test;
  private final Map<String, Map<String, Outcome>> claims = new TreeMap<>(); // by rule and claim

  /** Makes a report in which no claim has been run yet. */
  Report(Path directory, Class<?> test) {
    this.page = directory.resolve(test.getName() + ".md");
    this.json = directory.resolve(test.getName() + ".json");
    this.test = test;
    Arrays.stream(test.getMethods())
        .filter(method -> method.isAnnotationPresent(Rule.class))
        .sorted(Comparator.comparing(Method::getName))
        .forEach(method -> outcomes(method).put(method.getName(), new Outcome(NOT_RUN, "")));
  }

  private Map<String, Outcome> outcomes(Method claim) {
    return claims.computeIfAbsent(
        claim.getAnnotation(Rule.class).value(), rule -> new LinkedHashMap<>());
  }

  void add(String claim, String outcome, String why) {
    claims.values().forEach(it -> it.replace(claim, new Outcome(outcome, why)));
  }

  /** Removes the report of an earlier run. */
  void delete() throws IOException {
    Files.deleteIfExists(page);
    Files.deleteIfExists(json);
  }

  /**
   * Writes both files, and makes the directory.
   *
   * @param probe null if the backend was not reached
   */
  void write(Probe probe) throws Exception {
    Files.createDirectories(page.getParent());
    Map<String, Object> facts = facts(probe);
    Files.write(page, page(facts).getBytes(UTF_8));
    facts.put("rules", SpecRule.all().stream().map(this::rule).toList());
    Files.writeString(json, json(facts) + "\n");
  }

  /** Fails if fewer rules than that have passed. */
  void requirePassed(int least) {
    long passed = SpecRule.all().stream().filter(rule -> outcome(rule).equals(PASSED)).count();
    if (passed < least) {
      throw new AssertionError("koi.testkit.verified is %d, but %s".formatted(least, summary()));
    }
  }

  private String outcome(SpecRule rule) {
    Set<String> names = claims.get(rule.id()).values().stream().map(Outcome::name).collect(toSet());
    for (String worst : List.of(FAILED, FIXTURE_FAILED)) {
      if (names.contains(worst)) {
        return worst;
      }
    }
    if (names.size() > 1) {
      return names.contains(PASSED) || names.contains(PARTLY) ? PARTLY : NOT_VERIFIED;
    }
    return names.iterator().next();
  }

  /** Returns whether {@code spec.md} calls the backend certified. */
  private boolean isCertified() {
    return SpecRule.all().stream().allMatch(rule -> isEnough(rule.id(), outcome(rule)));
  }

  private static boolean isEnough(String rule, String outcome) {
    return outcome.equals(PASSED)
        || outcome.equals(PARTLY)
        || (rule.equals("D-3") && outcome.equals(NOT_VERIFIED)); // a runtime without any secrets
  }

  /** Fails if the run does not certify the backend. */
  void requireCertified() {
    if (!isCertified()) {
      throw new AssertionError("koi.testkit.certified is true, but " + summary());
    }
  }

  private Map<String, Object> facts(Probe probe) throws Exception {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("test", test.getName());
    if (probe != null) {
      facts.put("backend", probe.name());
      facts.put("class", probe.type().getName());
      facts.put("version", version(probe.type()));
      facts.put("product", probe.runtime().product());
      facts.put("product_version", probe.runtime().version());
      facts.put("api_version", probe.runtime().apiVersion());
      facts.put("endpoint", probe.runtime().endpoint());
    }
    facts.put("kit_version", version(Report.class));
    facts.put("java_version", System.getProperty("java.version"));
    facts.put("certified", isCertified() ? "yes" : "no");
    facts.put("summary", counts());
    return facts;
  }

  private String page(Map<String, Object> facts) {
    String head =
        facts.entrySet().stream()
            .map(it -> "- %s: %s\n".formatted(it.getKey().replace('_', ' '), cell(it.getValue())))
            .collect(
                joining("", "# Koi conformance\n\n", "\n| Rule | | Outcome |\n|---|---|---|\n"));
    return SpecRule.all().stream().map(this::row).collect(joining("", head, ""));
  }

  private String row(SpecRule rule) {
    String details =
        claims.get(rule.id()).entrySet().stream()
            .filter(it -> !it.getValue().equals(new Outcome(PASSED, "")))
            .map(it -> "<br>%s, %s".formatted(it.getKey(), cell(text(it.getValue()))))
            .collect(joining());
    return "| %s | %s | **%s**%s |\n"
        .formatted(rule.id(), cell(rule.sentence()), outcome(rule), details);
  }

  private static String text(Outcome outcome) {
    return outcome.why.isEmpty() ? outcome.name : outcome.name + ": " + outcome.why;
  }

  /** Returns a few lines for the end of the run, which name each rule that has not passed. */
  String summary() {
    StringBuilder text = new StringBuilder(test.getName());
    text.append(isCertified() ? " is certified: " : " is not certified: ").append(counts());
    for (String outcome : List.of(FAILED, FIXTURE_FAILED, NOT_VERIFIED, NOT_RUN, PARTLY)) {
      List<String> rules =
          SpecRule.all().stream()
              .filter(rule -> outcome(rule).equals(outcome))
              .map(SpecRule::id)
              .toList();
      if (rules.size() == SpecRule.all().size()) {
        text.append("\n  %s: all rules%s".formatted(outcome, anyReason()));
      } else if (!rules.isEmpty()) {
        text.append("\n  %s: %s".formatted(outcome, String.join(" ", rules)));
      }
    }
    return text.append("\n  report: ").append(page).toString();
  }

  private String anyReason() {
    return claims.values().stream()
        .flatMap(outcomes -> outcomes.values().stream())
        .filter(outcome -> !outcome.why.isEmpty())
        .findFirst()
        .map(outcome -> "; " + outcome.why)
        .orElse("");
  }

  private String counts() {
    Map<String, Long> counts = new TreeMap<>();
    SpecRule.all().forEach(rule -> counts.merge(outcome(rule), 1L, Long::sum));
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " " + count.getKey())
        .collect(joining(", "));
  }

  private Map<String, Object> rule(SpecRule rule) {
    List<Map<String, Object>> outcomes =
        claims.get(rule.id()).entrySet().stream()
            .map(
                it ->
                    Map.<String, Object>of(
                        "claim",
                        it.getKey(),
                        "outcome",
                        it.getValue().name,
                        "why",
                        it.getValue().why))
            .toList();
    return Map.of("id", rule.id(), "outcome", outcome(rule), "claims", outcomes);
  }

  /** Returns a message without the stack trace that AssertJ puts into some. */
  static String brief(String message) {
    return String.valueOf(message)
        .replaceAll("(?m)^\\s+(at \\S+\\(.*\\)|\\.\\.\\.\\(?\\d+ .*)$\\R?", "")
        .strip();
  }

  /** Keeps text that others have written from ending a cell, or beginning a line or a tag. */
  private static String cell(Object text) {
    return text.toString()
        .strip()
        .replaceAll("\\s*\\R\\s*", " ")
        .replaceAll("([|\\\\`*<\\[])", "\\\\$1");
  }

  private static String json(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
          .map(entry -> json(entry.getKey()) + ":" + json(entry.getValue()))
          .collect(joining(",\n", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Report::json).collect(joining(",\n", "[", "]"));
    }
    return value
        .toString()
        .chars()
        .mapToObj(
            c ->
                c >= ' ' && c < 127 && c != '"' && c != '\\'
                    ? "" + (char) c
                    : "\\u%04x".formatted(c))
        .collect(joining("", "\"", "\""));
  }

  /** Returns the version of the jar or the place of the classes, and the hash of their content. */
  static String version(Class<?> type) throws Exception {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || !source.getLocation().getProtocol().equals("file")) {
      return "unknown";
    }
    Path place = Path.of(source.getLocation().toURI());
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        hash.update(place.relativize(file).toString().getBytes(UTF_8));
        hash.update(Files.readAllBytes(file));
      }
    }
    String name = Files.isDirectory(place) ? "classes in " + place : jar(place);
    return "%s, SHA-256 %s".formatted(name, HexFormat.of().formatHex(hash.digest()));
  }

  /** Reads the version itself: a package that tests share with the jar has lost it. */
  private static String jar(Path place) throws IOException {
    try (JarFile jar = new JarFile(place.toFile())) {
      String version = null;
      if (jar.getManifest() != null) {
        version = jar.getManifest().getMainAttributes().getValue(Name.IMPLEMENTATION_VERSION);
      }
      return (version == null ? "" : version + " in ") + place.getFileName();
    }
  }
}
