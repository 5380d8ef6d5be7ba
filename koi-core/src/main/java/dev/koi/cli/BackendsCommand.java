package dev.koi.cli;

import dev.koi.cli.Line.Style;
import dev.koi.core.Koi;
import dev.koi.core.settings.Enabled;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.FoundBackend;
import dev.koi.core.status.KoiStatus;
import dev.koi.core.wire.WireFormat;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;

/** {@code koi backends}: each backend, where it connects to, or why not and what would help. */
final class BackendsCommand {

  private static final String REGISTRATION = "META-INF/services/" + RuntimeBackend.class.getName();

  private final Console console;
  private final Optional<Path> home;

  BackendsCommand(Console console, Optional<Path> home) {
    this.console = console;
    this.home = home;
  }

  int run(Koi.Builder builder, Arguments arguments) throws InterruptedException, IOException {
    try (Koi koi = builder.start()) {
      Outlook outlook = Outlook.await(koi, console, arguments.backends());
      KoiStatus status = withJars(koi.status());
      if (arguments.json()) {
        console.print(new WireFormat().backends(status));
      } else {
        print(status);
      }
      return outlook.exitCode();
    }
  }

  private void print(KoiStatus status) {
    Facts facts = new Facts(console);
    for (BackendStatus backend : status.backends()) {
      print(backend, facts);
      for (FoundBackend found : status.found()) {
        if (found.name().equals(backend.type())) {
          facts.fact("backend", (found.name() + " " + found.version()).strip());
          facts.fact("from", found.source());
        }
      }
    }
    if (!status.problems().isEmpty()) {
      facts.title(new Line().add(Style.RED, "cannot be used"));
      status.problems().forEach(problem -> facts.sentences("", Style.PLAIN, problem));
    }
  }

  private static void print(BackendStatus backend, Facts facts) {
    facts.title(
        new Line().add(Style.BOLD, backend.name()).add("  ").add(style(backend), words(backend)));
    if (backend.runtime().isPresent()) {
      RuntimeInfo runtime = backend.runtime().get();
      facts.fact(
          "runtime",
          (runtime.product() + " " + runtime.version()).strip()
              + (runtime.apiVersion().isEmpty() ? "" : ", API " + runtime.apiVersion()));
      facts.fact("at", runtime.endpoint());
      facts.fact("instances", Integer.toString(backend.instances()));
    }
    if (!backend.reason().isEmpty()) {
      boolean limited = backend.state() == BackendState.CONNECTED;
      facts.sentences(limited ? "limited" : "why", Style.PLAIN, backend.reason());
    }
  }

  private static Style style(BackendStatus backend) {
    return switch (backend.state()) {
      case CONNECTED -> backend.reason().isEmpty() ? Style.GREEN : Style.YELLOW;
      case DISABLED -> Style.FAINT;
      case CONNECTING, UNAVAILABLE -> backend.enabled() == Enabled.TRUE ? Style.RED : Style.YELLOW;
      case FAILED, MISCONFIGURED -> Style.RED;
    };
  }

  private static String words(BackendStatus backend) {
    return switch (backend.state()) {
      case CONNECTED -> "connected";
      case DISABLED -> "disabled";
      case CONNECTING -> "does not answer yet";
      case UNAVAILABLE -> "not there";
      case FAILED -> "failed";
      case MISCONFIGURED -> "misconfigured";
    };
  }

  /** Adds the jars in backends/ that bring nothing, of which the class path says nothing. */
  private KoiStatus withJars(KoiStatus status) throws IOException {
    Path directory = home.map(path -> path.resolve("backends")).orElse(null);
    if (directory == null || !Files.isDirectory(directory)) {
      return status;
    }
    List<String> problems = new ArrayList<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.{jar,JAR}")) {
      for (Path jar : jars) {
        problem(jar).ifPresent(problems::add);
      }
    }
    Collections.sort(problems);
    problems.addAll(0, status.problems());
    return new KoiStatus(status.backends(), status.listeners(), status.found(), problems);
  }

  private static Optional<String> problem(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getEntry(REGISTRATION) == null
          ? Optional.of(jar + " registers no backend: it has no " + REGISTRATION)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(jar + " is no jar that can be read: " + e.getMessage());
    }
  }
}
