package dev.koi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application that has Koi, from the installed jars: {@code src/it/consumer}, which Koi's own
 * build has built with Maven, and what others make of the same jars. A Docker and a Podman are
 * simulated.
 */
class EmbedderIT {

  private static final Path BUILT = Path.of("target/it/consumer/target").toAbsolutePath();
  private static final Path OTHER = BUILT.resolve("other");
  private static final Path CLASSES = BUILT.resolve("classes");
  private static final String MAIN = "org.example.consumer.Main";

  @TempDir Path directory;
  private SimulatedEngine docker;
  private SimulatedEngine podman;

  @BeforeEach
  void start() throws Exception {
    assumeThat(BUILT).as("made with -Dkoi.tests=all").exists();
    docker = SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("docker.sock"));
    podman = SimulatedEngine.start(Dialect.PODMAN_5, directory.resolve("podman.sock"));
    docker.run(ContainerSpec.of("web"));
    podman.run(ContainerSpec.of("db"));
  }

  @AfterEach
  void end() {
    if (docker != null) {
      docker.close();
      podman.close();
    }
  }

  @Test
  void koiBringsTheseLibrariesAndNoOthers() throws IOException {
    assertThat(lib().stream().map(jar -> jar.getFileName().toString()))
        .allMatch(name -> !name.contains("guava-3") || name.contains("guava-33."))
        .map(name -> name.replaceFirst("-[0-9].*", ""))
        .containsExactlyInAnyOrder(
            "dev.koi.koi-api",
            "dev.koi.koi-core",
            "dev.koi.koi-docker",
            "dev.koi.koi-podman",
            "com.google.inject.guice",
            "com.google.guava.guava",
            "com.google.guava.failureaccess",
            "aopalliance.aopalliance",
            "jakarta.inject.jakarta.inject-api",
            "com.typesafe.config",
            "org.slf4j.slf4j-api",
            "com.fasterxml.jackson.core.jackson-core",
            "com.github.docker-java.docker-java-transport",
            "net.java.dev.jna.jna",
            "org.apache.httpcomponents.core5.httpcore5");
  }

  private static List<Path> lib() throws IOException {
    try (Stream<Path> jars = Files.list(BUILT.resolve("lib"))) {
      return jars.sorted().toList();
    }
  }

  @Test
  void itRunsOnTheClassPath() throws Exception {
    assertThat(java("-cp", classPath(CLASSES), MAIN, "2"))
        .containsExactlyInAnyOrder("started web", "synced docker", "started db", "synced podman");
  }

  @Test
  void guice6ServesToo() throws Exception {
    String guice6 = OTHER.resolve("guice.jar") + ":" + OTHER.resolve("javax.inject.jar");

    assertThat(java("-cp", guice6 + ":" + classPath(CLASSES), "org.example.consumer.GuiceMain"))
        .containsExactly("found web");
  }

  @Test
  void itRunsOnTheModulePathWithOneRequires() throws Exception {
    Path source = Path.of("src/it/module-path").toAbsolutePath();
    Path modules = directory.resolve("modules");
    tool(
        "javac",
        "-Xlint:all,-requires-transitive-automatic",
        "-Werror",
        "-p",
        BUILT.resolve("lib").toString(),
        "-d",
        modules.toString(),
        source.resolve("module-info.java").toString(),
        source.resolve("org/example/modular/Main.java").toString());

    String path = modules + ":" + BUILT.resolve("lib");
    assertThat(java("-p", path, "-m", "org.example.modular/org.example.modular.Main"))
        .containsExactly("web in dev.koi.core");
  }

  @Test
  void itRunsFromAFatJarOfSpringBoot() throws Exception {
    Path jar = directory.resolve("boot.jar");
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.MAIN_CLASS, "org.springframework.boot.loader.launch.JarLauncher");
    main.putValue("Start-Class", MAIN);
    main.putValue("Spring-Boot-Classes", "BOOT-INF/classes/");
    main.putValue("Spring-Boot-Lib", "BOOT-INF/lib/");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream boot = new JarOutputStream(out, manifest);
        JarFile loader = new JarFile(OTHER.resolve("spring-boot-loader.jar").toFile())) {
      for (JarEntry entry : Collections.list(loader.entries())) {
        if (entry.getName().endsWith(".class")) {
          put(boot, entry.getName(), loader.getInputStream(entry).readAllBytes());
        }
      }
      for (String folder : List.of("BOOT-INF/", "BOOT-INF/classes/", "BOOT-INF/lib/")) {
        put(boot, folder, new byte[0]);
      }
      String type = MAIN.replace('.', '/') + ".class";
      put(boot, "BOOT-INF/classes/" + type, Files.readAllBytes(CLASSES.resolve(type)));
      for (Path library : lib()) {
        put(boot, "BOOT-INF/lib/" + library.getFileName(), Files.readAllBytes(library));
      }
    }

    assertThat(java("-jar", jar.toString(), "2"))
        .containsExactlyInAnyOrder("started web", "synced docker", "started db", "synced podman");
  }

  /** Stored, as jars in such a jar must be. */
  private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
    JarEntry entry = new JarEntry(name);
    CRC32 sum = new CRC32();
    sum.update(content);
    entry.setMethod(JarEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(sum.getValue());
    jar.putNextEntry(entry);
    jar.write(content);
  }

  @Test
  void itRunsFromAShadedJarWithTheTwoTransformers() throws Exception {
    assertThat(java("-cp", BUILT.resolve("with-transformers.jar").toString(), MAIN, "2"))
        .containsExactlyInAnyOrder("started web", "synced docker", "started db", "synced podman");
  }

  @Test
  void aShadedJarWithoutThemNamesThem() throws Exception {
    assertThat(java("-cp", BUILT.resolve("without-transformers.jar").toString(), MAIN, "1"))
        .contains("started web", "synced docker")
        .anyMatch(
            line ->
                line.contains("AppendingTransformer")
                    && line.contains("ServicesResourceTransformer"));
  }

  private static String classPath(Path first) throws IOException {
    return Stream.concat(Stream.of(first), lib().stream())
        .map(Path::toString)
        .collect(Collectors.joining(":"));
  }

  private static void tool(String name, String... arguments) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(output, true, UTF_8);
    int status = ToolProvider.findFirst(name).orElseThrow().run(out, out, arguments);
    assertThat(status).as(output.toString(UTF_8)).isZero();
  }

  /** Runs a Java program beside the two engines, and returns what it printed. */
  private List<String> java(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output");
    Path errors = directory.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
    builder.environment().put("DOCKER_HOST", "unix://" + directory.resolve("docker.sock"));
    builder.environment().put("CONTAINER_HOST", "unix://" + directory.resolve("podman.sock"));
    Process process = builder.start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended && process.exitValue() == 0)
        .as(Files.readString(output, UTF_8) + Files.readString(errors, UTF_8))
        .isTrue();
    assertThat(errors).content().doesNotContain("WARNING");
    return Files.readAllLines(output, UTF_8);
  }
}
