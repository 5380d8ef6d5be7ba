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
      throw new IllegalArgumentException(
          "koi.fleet.endpoints "
              + e.getMessage()
              + ", but is "
              + String.join(",", settings.endpoints()),
          e);
    }
    if (settings.passwordFile().isPresent()) {
      Optional<URI> readable = etcd.unprotected();
      if (readable.isPresent()) {
        throw new IllegalArgumentException(
            "koi.fleet.endpoints: "
                + readable.get()
                + " would be sent the password of koi.fleet.user without encryption; use https");
      }
      etcd = etcd.withUser(settings.user(), settings.passwordFile().get());
    }
    if (settings.certPath().isPresent()) {
      etcd = etcd.withCertificates(settings.certPath().get());
    }
    return new EtcdClient(etcd);
  }
}
