package dev.koi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Backends of third parties, as source. Each shows one instance, whose name is what it has found.
 */
final class StrangersCode {

  private static final String BACKEND =
      """
      package org.example.NAME;
      import dev.koi.Instance;
      import dev.koi.spi.*;
      import java.util.*;
      public final class Backend implements RuntimeBackend {
        public Backend() { MAKE }
        @Override public String name() { NAMING; return "NAME"; }
        @Override public RuntimeConnection connect(BackendConfig config) throws java.io.IOException {
          String found = String.valueOf(FOUND);
          return new RuntimeConnection() {
            @Override public RuntimeInfo runtime() {
              return new RuntimeInfo("Example", "1", "", "example:" + config.name());
            }
            @Override public List<Instance> listInstances() {
              return List.of(Instance.builder(config.name(), "1", found).build());
            }
            @Override public InstanceWatch watch() throws java.io.IOException {
              throw new java.io.IOException("it cannot be watched");
            }
            @Override public void close() {}
          };
        }
      }
      """;

  /** What a backend tries to see. */
  static final String SIGHT =
      """
      package org.example.sight;
      import java.util.*;
      final class Sight {
        static List<String> of(ClassLoader loader, String... names) {
          List<String> seen = new ArrayList<>();
          for (String name : names) {
            try {
              Class.forName(name, false, loader);
              seen.add(name.substring(name.lastIndexOf('.') + 1));
            } catch (ClassNotFoundException e) {
              // it is not to be seen
            }
          }
          return seen;
        }
      }
      """;

  private final Map<String, String> sources = new LinkedHashMap<>();

  /** Compiles all. */
  static StrangersCode compiledTo(Path directory) throws IOException {
    StrangersCode code = new StrangersCode();
    code.backend("plain", "\"plain\"");
    code.backend("settings", "config.string(\"greeting\").orElse(\"none\")");
    code.backend("guava", "com.google.common.collect.ImmutableList.version()");
    code.backend("library", "org.library.Library.version()");
    code.backend(
        "context", "Thread.currentThread().getContextClassLoader() == getClass().getClassLoader()");
    code.backend(
        "sight",
        """
        Sight.of(getClass().getClassLoader(), "java.sql.Driver", "javax.tools.JavaCompiler",
            "dev.koi.Instance", "dev.koi.spi.RuntimeInfo", "dev.koi.spi.support.HintQueue",
            "org.slf4j.Logger", "org.slf4j.spi.LoggingEventBuilder",
            "dev.koi.text.Nearest", "dev.koi.labels.ComposeLabels", "dev.koi.core.Koi",
            "dev.koi.cli.Main", "dev.koi.docker.DockerBackend", "dev.koi.testkit.Capability",
            "org.slf4j.jul.JDK14LoggerFactory", "com.typesafe.config.Config",
            "com.google.common.collect.ImmutableList", "com.google.inject.Injector",
            "jakarta.inject.Inject", "com.fasterxml.jackson.core.JsonFactory",
            "com.github.dockerjava.transport.DockerHttpClient", "org.apache.commons.cli.Option")
        """);
    code.sources.put("org.example.sight.Sight", SIGHT);
    code.backend("early", "\"early\"", "org.library.Library.version();", "");
    code.backend(
        "sleeper",
        "\"sleeper\"",
        "",
        "try { new java.util.concurrent.CountDownLatch(1).await(); } catch (InterruptedException e) {}");
    code.backend("exit", "\"exit\"", "", "System.exit(0)");
    code.backend("noise", "\"noise\"", "System.out.println(\"noise of a backend\");", "");
    code.sources.put(
        "com.google.common.collect.ImmutableList",
        "package com.google.common.collect; public final class ImmutableList"
            + " { public static String version() { return \"its-own-guava\"; } }");
    code.sources.put(
        "org.library.Library",
        "package org.library; public final class Library"
            + " { public static String version() { return \"library-1\"; } }");
    StrangersJar.compile(directory, code.sources);
    return code;
  }

  private void backend(String name, String found) {
    backend(name, found, "", "");
  }

  private void backend(String name, String found, String make, String naming) {
    sources.put(
        classOf(name),
        BACKEND
            .replace("NAMING", naming)
            .replace("NAME", name)
            .replace("MAKE", make)
            .replace("FOUND", found));
  }

  /** Returns the class of a backend. */
  static String classOf(String name) {
    return "org.example." + name + ".Backend";
  }

  /** Returns the jar of a backend. */
  static StrangersJar jar(Path directory, String name) throws IOException {
    return new StrangersJar().with(directory, "org.example." + name).registering(classOf(name));
  }
}
