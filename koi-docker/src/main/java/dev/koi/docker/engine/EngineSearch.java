package dev.koi.docker.engine;

import dev.koi.docker.dialect.DockerDialect;
import dev.koi.docker.dialect.EngineDialect;
import dev.koi.docker.endpoint.EndpointCheck;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.instances.EngineIdentity;
import dev.koi.docker.instances.Ping;
import dev.koi.docker.transport.EngineAnswerException;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.watch.EngineTimings;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Connects to the first engine that answers. */
public final class EngineSearch {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(4);

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
    List<String> missing = new ArrayList<>();
    List<String> outcomes = new ArrayList<>();
    IOException refusal = null;
    for (EngineEndpoint place : places) {
      try {
        return connect(config.name(), wanted, place, timeout);
      } catch (BackendUnavailableException e) {
        if (e.getCause() instanceof NoSuchFileException) {
          missing.add(place.toString());
        } else {
          outcomes.add(e.getMessage());
        }
      } catch (IOException e) {
        outcomes.add(e.getMessage());
        refusal = e;
      }
    }
    if (!missing.isEmpty()) {
      outcomes.add("no socket at " + String.join(", ", missing));
    }
    if (refusal != null) {
      throw new IOException(String.join("; ", outcomes), refusal);
    }
    throw new BackendUnavailableException(String.join("; ", outcomes) + "; " + help);
  }

  private static RuntimeConnection connect(
      String backend, EngineDialect wanted, EngineEndpoint place, Duration timeout)
      throws IOException, InterruptedException {
    EndpointCheck.requirePresent(place);
    EngineHttp http = new EngineHttp(place, backend);
    try {
      EngineIdentity engine = identity(http, place, wanted, timeout);
      requireWanted(wanted, engine, place);
      return new EngineConnection(http, engine, backend, EngineTimings.STANDARD);
    } catch (Throwable e) {
      http.close();
      throw e;
    }
  }

  private static EngineIdentity identity(
      EngineHttp http, EngineEndpoint place, EngineDialect wanted, Duration timeout)
      throws IOException, InterruptedException {
    try {
      Ping ping = Ping.of(http, timeout);
      return EngineIdentity.of(http, ping, dialect(ping, wanted), timeout);
    } catch (BackendUnavailableException e) {
      throw e;
    } catch (IOException e) {
      throw e instanceof EngineAnswerException answer && answer.status() == 403
          ? e
          : EndpointCheck.explain(place, e);
    }
  }

  /** Returns the dialect of the engine that answered, which need not be the wanted one. */
  private static EngineDialect dialect(Ping ping, EngineDialect wanted)
      throws BackendUnavailableException {
    String backend = ping.podman() ? "podman" : "docker";
    if (wanted.backend().equals(backend)) {
      return wanted;
    }
    if (!ping.podman()) {
      return new DockerDialect();
    }
    return ServiceLoader.load(EngineDialect.class, EngineDialect.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () -> new BackendUnavailableException("Podman answers, but there is no koi-podman"));
  }

  /** A name on a socket proves nothing: podman-docker puts Podman behind Docker's. */
  private static void requireWanted(
      EngineDialect wanted, EngineIdentity engine, EngineEndpoint place) throws IOException {
    String server = engine.dialect().backend();
    if (server.equals(wanted.backend())
        || (wanted instanceof DockerDialect && place.configured())) {
      return;
    }
    String found = place + " is " + engine;
    if (place.configured()) {
      throw new IOException(
          found + ", not " + wanted.product() + "; to watch it, set type = " + server);
    }
    throw new BackendUnavailableException(found + ", which the " + server + " backend watches");
  }
}
