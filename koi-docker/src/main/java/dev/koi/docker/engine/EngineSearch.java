package dev.koi.docker.engine;

import dev.koi.docker.dialect.DockerDialect;
import dev.koi.docker.dialect.EngineDialect;
import dev.koi.docker.endpoint.EndpointCheck;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.endpoint.EngineEndpoint.Origin;
import dev.koi.docker.instances.EngineIdentity;
import dev.koi.docker.instances.Ping;
import dev.koi.docker.transport.EngineAnswerException;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.watch.EngineTimings;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.net.PemDirectory;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to the first engine that answers. Where several places are possible, one that takes a
 * connection and does not answer is passed over at first, and waited for if no other answers.
 */
public final class EngineSearch {

  private static final Logger log = LoggerFactory.getLogger(EngineSearch.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(18);

  /** The patience with one of several places, at first. */
  private static final Duration MOMENT = Duration.ofSeconds(2);

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
    Duration patience = config.duration("connect-timeout", CONNECT_TIMEOUT);
    Duration moment = places.size() > 1 && patience.compareTo(MOMENT) > 0 ? MOMENT : patience;
    List<EngineEndpoint> silent = new ArrayList<>();
    Failures failures = new Failures();
    for (EngineEndpoint place : places) {
      try {
        return connect(config.name(), wanted, place, moment);
      } catch (IOException e) {
        if (isTimeout(e) && !moment.equals(patience)) {
          silent.add(place);
        } else {
          failures.add(place, e);
        }
      }
    }
    for (EngineEndpoint place : silent) {
      try {
        return connect(config.name(), wanted, place, rest(patience, silent.size()));
      } catch (IOException e) {
        failures.add(place, e);
      }
    }
    throw failures.summary(places.size() == 1 && failures.otherProduct ? "" : "; " + help);
  }

  /** Returns the patience that is left for each of the silent places. */
  private static Duration rest(Duration patience, int places) {
    Duration rest = patience.dividedBy(places).minus(MOMENT);
    return rest.compareTo(MOMENT) < 0 ? MOMENT : rest;
  }

  private static boolean isTimeout(Throwable failure) {
    return failure instanceof SocketTimeoutException
        || (failure.getCause() != null && isTimeout(failure.getCause()));
  }

  /** What was found at the places where no engine was. */
  private static final class Failures {
    private final List<String> missing = new ArrayList<>();
    private final List<String> outcomes = new ArrayList<>();
    private boolean otherProduct;
    private IOException refusal; // null if nothing refuses or breaks

    void add(EngineEndpoint place, IOException failure) {
      boolean unavailable = failure instanceof BackendUnavailableException;
      if (unavailable && failure.getCause() instanceof NoSuchFileException) {
        missing.add(place.toString());
        return;
      }
      outcomes.add(failure.getMessage());
      otherProduct |= failure instanceof OtherProductException;
      if (!unavailable && place.origin() != Origin.BORROWED) {
        refusal = failure;
      }
    }

    IOException summary(String help) {
      if (!missing.isEmpty()) {
        outcomes.add("no socket at " + String.join(", ", missing));
      }
      String all = String.join("; ", outcomes);
      return refusal == null
          ? new BackendUnavailableException(all + help)
          : new IOException(all, refusal);
    }
  }

  /** An engine of another product answers, which is another backend's. */
  private static final class OtherProductException extends BackendUnavailableException {
    private static final long serialVersionUID = 1;

    OtherProductException(String message) {
      super(message);
    }
  }

  private static RuntimeConnection connect(
      String backend, EngineDialect wanted, EngineEndpoint place, Duration timeout)
      throws IOException, InterruptedException {
    EndpointCheck.requirePresent(place);
    EngineHttp http = new EngineHttp(place, backend);
    try {
      EngineIdentity engine = identity(http, place, wanted, timeout);
      requireWanted(wanted, engine, place);
      place
          .certificates()
          .flatMap(directory -> new PemDirectory(directory).warning())
          .ifPresent(warning -> log.warn("{}: {}", backend, warning));
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
      if (ping.podman() && wanted instanceof DockerDialect && !place.configured()) {
        // What is Podman's is not loaded: it need not be on the class path.
        String product = ("Podman " + ping.podmanVersion()).strip();
        throw new OtherProductException(
            place + " is " + product + ", which the podman backend watches");
      }
      return EngineIdentity.of(http, ping, dialect(ping, wanted), timeout);
    } catch (BackendUnavailableException e) {
      throw e;
    } catch (EngineAnswerException e) {
      throw isEngines(e.status()) ? e : EndpointCheck.doubted(e);
    } catch (IOException e) {
      throw EndpointCheck.explain(place, e);
    }
  }

  /** Any web server answers with 200 or 404; the other refusals speak for themselves. */
  private static boolean isEngines(int status) {
    return status != 200 && status != 404;
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
    throw new OtherProductException(found + ", which the " + server + " backend watches");
  }
}
