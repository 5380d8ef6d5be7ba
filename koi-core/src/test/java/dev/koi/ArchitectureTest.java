package dev.koi;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows between modules and packages, and where each big library may be seen. */
class ArchitectureTest {

  private static final JavaClasses KOI =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.koi");

  @Test
  void everyModuleIsLookedAt() {
    for (String module : List.of("spi", "docker", "podman", "core", "cli", "testkit")) {
      assertThat(
              KOI.stream().anyMatch(type -> type.getPackageName().startsWith("dev.koi." + module)))
          .as("classes of dev.koi.%s", module)
          .isTrue();
    }
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

  @ParameterizedTest
  @CsvSource({
    "dev.koi.docker.endpoint, dev.koi.docker.engine..",
    "dev.koi.docker.., dev.koi.podman..",
    "dev.koi.docker.., dev.koi.core..",
    "dev.koi.docker.., dev.koi.testkit..",
    "dev.koi.podman.., dev.koi.core..",
    "dev.koi.podman.., dev.koi.testkit..",
    "dev.koi.core.., dev.koi.docker..",
    "dev.koi.core.., dev.koi.podman..",
    "dev.koi.core.., dev.koi.testkit..",
    "dev.koi.core.., dev.koi.cli..",
    "dev.koi.cli.., dev.koi.docker..",
    "dev.koi.cli.., dev.koi.podman..",
    "dev.koi.cli.., dev.koi.testkit..",
    "dev.koi.testkit.., dev.koi.docker..",
    "dev.koi.testkit.., dev.koi.podman..",
    "dev.koi.testkit.., dev.koi.core..",
  })
  void arrowsGoOneWay(String from, String to) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(to)
        .check(KOI);
  }

  @Test
  void theApiNeedsOnlyTheJdk() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.koi", "dev.koi.spi")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("java..", "dev.koi", "dev.koi.spi")
        .check(KOI);
  }

  @ParameterizedTest
  @CsvSource({
    "com.google.inject.., dev.koi.core",
    "com.typesafe.config.., dev.koi.core.settings",
    "com.github.dockerjava.., dev.koi.docker.transport",
    "org.apache.hc.., dev.koi.docker.transport",
    "com.fasterxml.jackson.databind.., dev.koi.docker.endpoint|dev.koi.podman|dev.koi.testkit.engine..",
    "com.fasterxml.jackson.dataformat.., dev.koi.podman",
    "com.fasterxml.jackson.core.., dev.koi.docker..|dev.koi.podman|dev.koi.testkit.engine..|dev.koi.core.wire",
    "org.apache.commons.cli.., dev.koi.cli",
    "org.eclipse.jetty.., dev.koi.testkit.engine..",
    "org.junit.., dev.koi.testkit",
    "org.assertj.., dev.koi.testkit",
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

  /** The rooms of the engine client, each of which knows only those below it. */
  @Test
  void theRoomsOfTheEngineClientLieOneAboveAnother() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("json")
        .definedBy("dev.koi.docker.json")
        .layer("endpoint")
        .definedBy("dev.koi.docker.endpoint")
        .layer("transport")
        .definedBy("dev.koi.docker.transport")
        .layer("dialect")
        .definedBy("dev.koi.docker.dialect")
        .layer("instances")
        .definedBy("dev.koi.docker.instances")
        .layer("watch")
        .definedBy("dev.koi.docker.watch")
        .layer("engine")
        .definedBy("dev.koi.docker.engine", "dev.koi.docker", "dev.koi.podman")
        .whereLayer("engine")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("watch")
        .mayOnlyBeAccessedByLayers("engine")
        .whereLayer("instances")
        .mayOnlyBeAccessedByLayers("watch", "engine")
        .whereLayer("dialect")
        .mayOnlyBeAccessedByLayers("instances", "watch", "engine")
        .whereLayer("transport")
        .mayOnlyBeAccessedByLayers("dialect", "instances", "watch", "engine")
        .whereLayer("endpoint")
        .mayOnlyBeAccessedByLayers("transport", "engine")
        .check(KOI);
  }

  @Test
  void packagesOfTheCoreHaveNoCycles() {
    slices().matching("dev.koi.core.(*)..").should().beFreeOfCycles().check(KOI);
  }
}
