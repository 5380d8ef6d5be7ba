package dev.koi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** A jar as a third party builds it, of classes that a test has compiled from source. */
final class StrangersJar {

  private static final String REGISTRATION = "META-INF/services/dev.koi.spi.RuntimeBackend";

  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final Manifest manifest = new Manifest();

  StrangersJar() {
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
  }

  /** Compiles classes, each given by name and source, into a directory. */
  static void compile(Path directory, Map<String, String> sources) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                directory.resolve("classes").toString()));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = directory.resolve("src/" + source.getKey().replace('.', '/') + ".java");
      Files.createDirectories(file.getParent());
      arguments.add(Files.writeString(file, source.getValue()).toString());
    }
    StringWriter errors = new StringWriter();
    PrintWriter out = new PrintWriter(errors, true);
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(out, out, arguments.toArray(String[]::new));
    assertThat(status).as(errors.toString()).isZero();
  }

  /** Adds the compiled classes of a package and those below it. */
  StrangersJar with(Path directory, String... packages) throws IOException {
    Path root = directory.resolve("classes");
    for (String each : packages) {
      try (Stream<Path> files = Files.walk(root.resolve(each.replace('.', '/')))) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          entries.put(root.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
    }
    return this;
  }

  /** Adds everything below a directory of classes, or in a jar. */
  StrangersJar shading(Path other) throws IOException {
    if (Files.isDirectory(other)) {
      try (Stream<Path> files = Files.walk(other)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          entries.put(other.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
      return this;
    }
    try (JarFile jar = new JarFile(other.toFile())) {
      for (JarEntry entry : jar.stream().filter(e -> !e.isDirectory()).toList()) {
        if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
          try (InputStream bytes = jar.getInputStream(entry)) {
            entries.put(entry.getName(), bytes.readAllBytes());
          }
        }
      }
    }
    return this;
  }

  StrangersJar registering(String... classes) {
    return file(REGISTRATION, String.join("\n", classes));
  }

  StrangersJar file(String path, String text) {
    entries.put(path, text.getBytes(UTF_8));
    return this;
  }

  StrangersJar without(String path) {
    assertThat(entries.remove(path)).as(path).isNotNull();
    return this;
  }

  StrangersJar manifest(String attribute, String value) {
    manifest.getMainAttributes().putValue(attribute, value);
    return this;
  }

  /** Has a class need a Java that does not exist yet. */
  StrangersJar fromTheFuture(String type) {
    byte[] bytes = entries.get(type.replace('.', '/') + ".class");
    bytes[7] = (byte) (44 + 99); // the major version of the class file
    return this;
  }

  Path write(Path jar) throws IOException {
    Files.createDirectories(jar.getParent());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return jar;
  }
}
