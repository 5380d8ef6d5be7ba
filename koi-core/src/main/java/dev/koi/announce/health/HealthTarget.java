package dev.koi.announce.health;

import static java.util.Objects.requireNonNull;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.KoiMetadata;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.ServiceTypes;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A check of an instance, by a port that it publishes on this host. No label chooses the host.
 *
 * @param backend the backend of the instance
 * @param instance the id of the instance
 * @param life the start of the instance that is checked; a restart is another target
 * @param host the address to connect to, an IP literal
 * @param port the published port on that address
 * @param path what to request by HTTP; empty to connect only
 * @param interval the time between two checks
 * @param timeout the longest time that a check may take
 */
public record HealthTarget(
    String backend,
    String instance,
    String life,
    String host,
    int port,
    String path,
    Duration interval,
    Duration timeout) {

  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** Requires all. */
  public HealthTarget {
    requireNonNull(backend, "backend");
    requireNonNull(instance, "instance");
    requireNonNull(life, "life");
    requireNonNull(host, "host");
    requireNonNull(path, "path");
    requireNonNull(interval, "interval");
    requireNonNull(timeout, "timeout");
  }

  /** {@return whether the labels of the instance ask for a check} */
  public static boolean wanted(Instance instance) {
    KoiMetadata metadata = instance.metadata();
    return metadata.healthKind().isPresent() || metadata.healthPath().isPresent();
  }

  /**
   * {@return the check that the labels ask for; empty without such labels, while the instance does
   * not run, and without a published TCP port}
   *
   * <p>The port is the first of the type {@code _http._tcp}, else the first.
   */
  public static Optional<HealthTarget> of(Instance instance) {
    if (!wanted(instance) || instance.state() != InstanceState.RUNNING) {
      return Optional.empty();
    }
    List<PortMapping> ports =
        instance.ports().stream()
            .filter(mapping -> mapping.protocol() == PortProtocol.TCP)
            .sorted(Comparator.comparing(mapping -> !isHttp(mapping, instance))) // stable
            .toList();
    return ports.stream().findFirst().map(mapping -> of(instance, mapping));
  }

  private static boolean isHttp(PortMapping mapping, Instance instance) {
    return ServiceTypes.of(mapping.containerPort(), mapping.protocol(), instance.metadata())
        .equals("_http._tcp");
  }

  private static HealthTarget of(Instance instance, PortMapping mapping) {
    KoiMetadata metadata = instance.metadata();
    String kind = metadata.healthKind().orElse("http");
    return new HealthTarget(
        instance.backend(),
        instance.id(),
        instance.startedAt() + " " + instance.life(),
        switch (mapping.hostIp()) {
          case "0.0.0.0", "" -> "127.0.0.1";
          case "::" -> "::1";
          default -> mapping.hostIp();
        },
        mapping.hostPort(),
        kind.equals("http") ? metadata.healthPath().orElse("/") : "",
        metadata.healthInterval().orElse(INTERVAL),
        metadata.healthTimeout().orElse(TIMEOUT));
  }

  /** {@return the check in words, such as "GET http://127.0.0.1:8080/healthz"} */
  @Override
  public String toString() {
    String place = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    return path.isEmpty() ? "TCP " + place : "GET http://" + place + path;
  }
}
