package dev.koi.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.koi.cli.terminal.Console;
import dev.koi.core.Koi;
import dev.koi.core.KoiBuilder;
import dev.koi.core.discovery.BackendCatalog;
import dev.koi.core.settings.AnnounceSettings;
import dev.koi.core.settings.FleetSettings;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.settings.ServeSettings;
import dev.koi.core.settings.SettingsLoader;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.KoiStatus;
import dev.koi.spi.RuntimeBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts Koi for a command, with the settings and backends of the command line. */
final class Startup {

  /** The longest wait that needs no explanation. */
  private static final Duration MOMENT = Duration.ofMillis(700);

  /** Longer than all deadlines of one attempt to connect. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Console console;
  private final Arguments arguments;
  private final BackendJars jars;
  private final Config given;
  private final Optional<Path> file;

  /** Reads settings and finds jars; {@code home} is the directory of the distribution, if any. */
  Startup(Console console, Arguments arguments, Optional<Path> home) throws IOException {
    this.console = console;
    this.arguments = arguments;
    this.jars = home.isPresent() ? BackendJars.of(home.get()) : BackendJars.NONE;
    this.given = ConfigFactory.parseMap(arguments.settings(), "--set");
    this.file =
        arguments
            .value(Option.CONFIG)
            .map(Path::of)
            .or(() -> home.map(dir -> dir.resolve("conf/koi.conf")).filter(Files::exists));
  }

  Arguments arguments() {
    return arguments;
  }

  Koi koi() {
    KoiBuilder builder =
        Koi.builder().config(given).only(arguments.backends()).classLoader(jars.loader());
    file.ifPresent(builder::file);
    return builder.start();
  }

  KoiSettings settings() {
    return SettingsLoader.load(given, file, jars.loader()).only(arguments.backends());
  }

  ServeSettings serveSettings() {
    return SettingsLoader.loadServe(given, file, jars.loader());
  }

  AnnounceSettings announceSettings() {
    return SettingsLoader.loadAnnounce(given, file, jars.loader());
  }

  FleetSettings fleetSettings() {
    return SettingsLoader.loadFleet(given, file, jars.loader());
  }

  /** Finds the backend of that name as Koi does. */
  Optional<RuntimeBackend> backend(String type) {
    return BackendCatalog.discover(List.of(), jars.loader()).find(type);
  }

  /** Waits until each backend has listed its instances or failed once. */
  BackendReport report(Koi koi) throws InterruptedException {
    if (!koi.awaitFirstPicture(MOMENT)) {
      List<String> slow =
          koi.status().backends().stream()
              .filter(backend -> backend.state() == BackendState.CONNECTING)
              .map(BackendStatus::name)
              .toList();
      console.hint("koi: waiting for " + String.join(", ", slow) + " ...");
      koi.awaitFirstPicture(PATIENCE);
    }
    KoiStatus status = koi.status();
    List<String> problems = new ArrayList<>(status.problems());
    problems.addAll(jars.problems());
    return new BackendReport(
        new KoiStatus(status.backends(), status.listeners(), status.found(), problems),
        arguments.backends());
  }
}
