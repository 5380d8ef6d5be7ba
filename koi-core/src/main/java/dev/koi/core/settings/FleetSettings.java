package dev.koi.core.settings;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the fleet that this host publishes its instances to: {@code koi.fleet}.
 *
 * @param publish whether {@code koi serve} publishes
 * @param endpoints the addresses of etcd's servers; not empty if {@code publish}
 * @param prefix the beginning of all keys; begins and ends with a slash
 * @param host the name of this host in the fleet; empty for the name of the machine
 * @param user the user of etcd; empty for none
 * @param passwordFile the file with the user's password, if there is a user
 * @param certPath the directory with the certificates for TLS, if it is not the JDK that has them
 * @param insecure whether etcd may be reached over plain HTTP on another host
 * @param lease how long the host stays visible after its last sign of life
 * @param resync between two comparisons of what is published with what is there: {@code
 *     koi.timing.resync}
 */
public record FleetSettings(
    boolean publish,
    List<String> endpoints,
    String prefix,
    String host,
    String user,
    Optional<Path> passwordFile,
    Optional<Path> certPath,
    boolean insecure,
    Duration lease,
    Duration resync) {
  /** Copies the list; requires all. */
  public FleetSettings {
    endpoints = List.copyOf(endpoints);
    requireNonNull(prefix, "prefix");
    requireNonNull(host, "host");
    requireNonNull(user, "user");
    requireNonNull(passwordFile, "passwordFile");
    requireNonNull(certPath, "certPath");
    requireNonNull(lease, "lease");
    requireNonNull(resync, "resync");
  }
}
