package dev.koi.core;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonValue;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The code is as docs/architecture.md says, and each big library stays in its package. */
class ArchitectureTest {

  private static final Path PAGE = Path.of("docs", "architecture.md");

  private static final JavaClasses KOI =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.koi");

  @Test
  void thePageShowsEveryArrowOfTheCode() throws IOException {
    Map<String, Set<String>> shown = arrowsOnThePage();
    Map<String, Set<String>> real = arrowsInTheCode(shown.keySet());

    assertThat(real.keySet()).as("modules and packages").isEqualTo(shown.keySet());
    shown.forEach((from, to) -> assertThat(real.get(from)).as("arrows of %s", from).isSubsetOf(to));
    shown.forEach(
        (from, to) -> {
          if (from.startsWith("dev.koi.core")) {
            assertThat(to).as("arrows of %s on the page", from).isSubsetOf(real.get(from));
          }
        });
  }

  private static Map<String, Set<String>> arrowsOnThePage() throws IOException {
    Map<String, Set<String>> arrows = new TreeMap<>();
    Matcher line =
        Pattern.compile("(?m)^(dev\\.koi\\S*) +-> (.*)$").matcher(Files.readString(PAGE));
    while (line.find()) {
      arrows.put(line.group(1), new TreeSet<>(List.of(line.group(2).split(", ", -1))));
    }
    return arrows;
  }

  /** A package that the page does not name belongs to the nearest one above it. */
  private static Map<String, Set<String>> arrowsInTheCode(Set<String> named) {
    Map<String, Set<String>> arrows = new TreeMap<>();
    for (JavaClass type : KOI) {
      owner(type, named)
          .ifPresent(
              from -> {
                Set<String> to = arrows.computeIfAbsent(from, any -> new TreeSet<>());
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                  owner(dependency.getTargetClass().getBaseComponentType(), named)
                      .or(() -> theModel(dependency.getTargetClass().getBaseComponentType()))
                      .filter(other -> !other.equals(from))
                      .ifPresent(to::add);
                }
              });
    }
    return arrows;
  }

  private static Optional<String> owner(JavaClass type, Set<String> named) {
    return named.stream()
        .filter(name -> (type.getPackageName() + ".").startsWith(name + "."))
        .max(Comparator.comparingInt(String::length));
  }

  private static Optional<String> theModel(JavaClass type) {
    return Optional.of(type.getPackageName()).filter("dev.koi"::equals);
  }

  @Test
  void everyClassOnThePageExists() throws IOException {
    Set<String> classes = new TreeSet<>();
    KOI.forEach(type -> classes.add(type.getName().replaceFirst(".*[.](?=[A-Z])", "")));
    Matcher name =
        Pattern.compile("`(?:[A-Z]\\w+[.])?([A-Z]\\w+)`").matcher(Files.readString(PAGE));

    assertThat(name.results().map(found -> found.group(1)))
        .isNotEmpty()
        .allMatch(shown -> shown.equals("ArchitectureTest") || isOne(classes, shown));
  }

  private static boolean isOne(Set<String> classes, String shown) {
    return classes.stream().anyMatch(type -> type.equals(shown) || type.endsWith("$" + shown));
  }

  @Test
  void theModuleExportsWhatThePageCallsApi() throws IOException {
    ModuleDescriptor module;
    try (var file = Files.newInputStream(Path.of("target", "classes", "module-info.class"))) {
      module = ModuleDescriptor.read(file);
    }
    String api =
        Files.readString(PAGE).lines().filter(l -> l.startsWith("API are")).findFirst().get();

    assertThat(module.exports().stream().map(ModuleDescriptor.Exports::source))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(api.split("`", -1)).filter(word -> word.startsWith("dev.")).toList());
  }

  /** A clock that is set must not change what Koi does; {@link System#nanoTime} is never set. */
  @Test
  void nothingIsTimedByTheWallClock() {
    noClasses()
        .that()
        .resideInAPackage("dev.koi.core..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Duration.class, "between", Temporal.class, Temporal.class)
        .orShould()
        .callMethod(Instant.class, "isBefore", Instant.class)
        .orShould()
        .callMethod(Instant.class, "isAfter", Instant.class)
        .orShould()
        .callMethod(Instant.class, "until", Temporal.class, TemporalUnit.class)
        .check(KOI);
  }

  @Test
  void theApiNeedsOnlyTheJdk() {
    String[] api = {"dev.koi", "dev.koi.labels", "dev.koi.text", "dev.koi.spi.."};
    String[] allowed = {
      "java..", "javax.net.ssl", "dev.koi", "dev.koi.labels", "dev.koi.text", "dev.koi.spi.."
    };
    noClasses()
        .that()
        .resideInAnyPackage(api)
        .should()
        .dependOnClassesThat(
            resideOutsideOfPackages(allowed)
                .and(not(equivalentTo(JsonValue.class)))) // which need not be there at run time
        .check(KOI);
  }

  @Test
  void terminalOutputKnowsNothingOfKoi() {
    noClasses()
        .that()
        .resideInAPackage("dev.koi.cli.terminal")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("java..", "dev.koi.cli.terminal")
        .check(KOI);
  }

  @ParameterizedTest
  @CsvSource({
    "com.google.inject.., dev.koi.core",
    "io.micrometer.., dev.koi.core|dev.koi.serve.prometheus",
    "com.typesafe.config.., dev.koi.core.settings|dev.koi.core|dev.koi.cli",
    "org.apache.commons.cli.., dev.koi.cli",
    "org.freedesktop.dbus.., dev.koi.announce.avahi",
    "javax.jmdns.., dev.koi.announce.jmdns",
    "com.github.dockerjava.., dev.koi.docker.transport",
    "org.apache.hc.., dev.koi.docker.transport|dev.koi.fleet.etcd",
    "com.fasterxml.jackson.databind.., dev.koi.testkit.engine..",
    "com.fasterxml.jackson.core.., dev.koi.docker..|dev.koi.fleet..|dev.koi.testkit.engine..|dev.koi.core.wire",
    "org.eclipse.jetty.., dev.koi.testkit.engine..|dev.koi.serve..",
    "org.junit.., dev.koi.testkit|dev.koi.testkit.internal",
    "org.assertj.., dev.koi.testkit.internal",
  })
  void librariesStayInTheirPackages(String library, String packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages.split("\\|"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(KOI);
  }
}
