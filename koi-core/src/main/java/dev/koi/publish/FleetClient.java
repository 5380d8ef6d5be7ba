package dev.koi.publish;

import dev.koi.core.settings.FleetSettings;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.EtcdSettings;
import java.io.IOException;
import java.time.Duration;

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
    return new EtcdClient(
        EtcdSettings.of(
                "koi.fleet.",
                settings.endpoints(),
                settings.user(),
                settings.passwordFile(),
                settings.certPath(),
                settings.insecure())
            .withDeadline(deadline));
  }
}
