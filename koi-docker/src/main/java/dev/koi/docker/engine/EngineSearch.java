package dev.koi.docker.engine;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Connects to the first engine that answers. */
public final class EngineSearch {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private EngineSearch() {}

  /**
   * Connects to the first of those places where an engine of that dialect answers.
   *
   * @param help what a person may do if there is none
   * @throws BackendUnavailableException if nothing is at any of them; names each
   * @throws IOException if something is, but refuses or breaks
   */
  public static RuntimeConnection connect(
      BackendConfig config, EngineDialect wanted, List<EngineEndpoint> places, String help)
      throws IOException, InterruptedException {
    Duration timeout = config.duration("connect-timeout", CONNECT_TIMEOUT);
    List<String> outcomes = new ArrayList<>();
    IOException refusal = null;
    for (EngineEndpoint place : places) {
      try {
        return connect(config.name(), wanted, place, timeout);
      } catch (BackendUnavailableException e) {
        outcomes.add(e.getMessage());
      } catch (IOException e) {
        outcomes.add(e.getMessage());
        refusal = e;
      }
    }
    String message = String.join("; ", outcomes);
    throw refusal == null
        ? new BackendUnavailableException(message + "; " + help)
        : new IOException(message, refusal);
  }

  private static RuntimeConnection connect(
      String backend, EngineDialect wanted, EngineEndpoint place, Duration timeout)
      throws IOException, InterruptedException {
    SocketFile.requirePresent(place);
    EngineHttp http = new EngineHttp(place, backend, timeout);
    try {
      EngineIdentity engine = EngineIdentity.of(http, timeout);
      requireWanted(wanted, engine, place);
      return new EngineConnection(http, engine, backend, EngineTimings.standard(timeout));
    } catch (Throwable e) {
      http.close();
      throw e;
    }
  }

  /** A name on a socket proves nothing: podman-docker puts Podman behind Docker's. */
  private static void requireWanted(
      EngineDialect wanted, EngineIdentity engine, EngineEndpoint place) throws IOException {
    if (engine.dialect() == wanted) {
      return;
    }
    if (wanted == EngineDialect.PODMAN && place.configured()) {
      throw new IOException(
          place + " is " + engine + ", not Podman; set type = docker to watch it");
    }
    if (!place.configured()) {
      throw new BackendUnavailableException(
          place
              + " is "
              + engine
              + "; the "
              + engine.dialect().name().toLowerCase(Locale.ROOT)
              + " backend serves it");
    }
  }
}
