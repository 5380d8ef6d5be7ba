package dev.koi.publish;

import dev.koi.core.settings.FleetSettings;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.EtcdSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Makes clients of the etcd that the settings name. */
final class FleetClient {

  private FleetClient() {}

  /**
   * Returns a client, which connects with its first call.
   *
   * @throws IllegalArgumentException if a setting cannot be used; names it
   * @throws IOException if the certificates cannot be used
   */
  static EtcdClient open(FleetSettings settings, Duration deadline) throws IOException {
    if (settings.endpoints().isEmpty()) {
      throw new IllegalArgumentException(
          "koi.fleet.endpoints is empty; it needs an address, such as http://127.0.0.1:2379");
    }
    EtcdSettings etcd;
    try {
      etcd = EtcdSettings.of(settings.endpoints()).withDeadline(deadline);
    } catch (IllegalArgumentException e) {
      String value = String.join(", ", settings.endpoints());
      throw new IllegalArgumentException(
          "koi.fleet.endpoints "
              + e.getMessage()
              + (value.contains("@") ? "" : " but was " + value), // before it may be a password
          e);
    }
    Optional<URI> unprotected = etcd.unprotected();
    if (unprotected.isPresent() && !settings.insecure()) {
      throw new IllegalArgumentException(
          "koi.fleet.endpoints: "
              + unprotected.get()
              + " is plain HTTP to another host, so others on the way could change what the fleet"
              + " shows; use https, or set koi.fleet.insecure = true");
    }
    if (settings.passwordFile().isPresent()) {
      etcd = etcd.withUser(settings.user(), settings.passwordFile().get());
    }
    if (settings.certPath().isPresent()) {
      etcd = etcd.withCertificates(settings.certPath().get());
    }
    return new EtcdClient(etcd);
  }
}
