package dev.koi.fleet;

import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.etcd.EtcdException;
import dev.koi.fleet.etcd.EtcdSettings;
import dev.koi.fleet.format.FleetKeys;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;

/** The instances of all hosts that publish to one etcd cluster. */
public final class FleetBackend implements RuntimeBackend {

  private static final Duration LONGEST_CALL = Duration.ofSeconds(5);
  private static final Duration SHORTEST_FORGETTING = Duration.ofMinutes(1);

  /** Makes one; it holds no state. */
  public FleetBackend() {}

  @Override
  public String name() {
    return "fleet";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    EtcdSettings settings = settings(config);
    FleetKeys keys = keys(config);
    Duration forgetAfter = config.duration("forget-after", null, SHORTEST_FORGETTING);
    FleetHosts hosts = new FleetHosts(Clock.systemUTC(), forgetAfter);
    EtcdClient client = new EtcdClient(settings);
    try {
      String version = client.version();
      client.revision(keys.all()); // this user may read them
      RuntimeInfo runtime = new RuntimeInfo("etcd", version, "v3", client.place() + keys.prefix());
      return new FleetConnection(runtime, client, keys, hosts, config.name());
    } catch (ConnectException e) {
      client.close();
      throw new BackendUnavailableException(
          e.getMessage() + "; is etcd running? " + config.fullKey("endpoints") + " says where", e);
    } catch (EtcdException e) {
      client.close();
      throw e.isPermissionDenied()
          ? new IOException(
              e.getMessage()
                  + "; the role of the user must allow to read all keys that begin with "
                  + keys.prefix(),
              e)
          : e;
    } catch (Throwable e) {
      client.close();
      throw e;
    }
  }

  private static EtcdSettings settings(BackendConfig config) {
    EtcdSettings settings =
        EtcdSettings.of(
            config.fullKey(""),
            config.strings("endpoints"),
            config.string("user").orElse(""),
            config.path("password-file"),
            config.path("cert-path"),
            config.bool("insecure", false));
    Duration share = config.connectTimeout().dividedBy(4); // connect() makes two calls
    return settings.withDeadline(share.compareTo(LONGEST_CALL) < 0 ? share : LONGEST_CALL);
  }

  private static FleetKeys keys(BackendConfig config) {
    try {
      return new FleetKeys(config.string("prefix").orElse(FleetKeys.PREFIX));
    } catch (IllegalArgumentException e) {
      throw config.invalid("prefix", e.getMessage());
    }
  }
}
