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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
    FleetHosts hosts = new FleetHosts(Clock.systemUTC(), forgetAfter(config));
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
    List<String> endpoints = config.strings("endpoints");
    if (endpoints.stream().anyMatch(endpoint -> endpoint.contains("@"))) {
      throw new IllegalArgumentException( // which may be a password
          config.fullKey("endpoints") + " must name no user; user and password-file do");
    }
    EtcdSettings settings;
    try {
      settings = EtcdSettings.of(endpoints);
    } catch (IllegalArgumentException e) {
      throw config.invalid("endpoints", e.getMessage());
    }
    Optional<String> user = config.string("user");
    Optional<Path> passwordFile = config.path("password-file");
    if (user.isPresent() != passwordFile.isPresent()) {
      throw config.invalid(
          user.isPresent() ? "password-file" : "user", "is missing: a login needs both");
    }
    if (user.isPresent()) {
      settings = settings.withUser(user.get(), passwordFile.get());
    }
    Optional<Path> certificates = config.path("cert-path");
    if (certificates.isPresent()) {
      settings = settings.withCertificates(certificates.get());
    }
    if (settings.unprotected().isPresent() && !config.bool("insecure", false)) {
      throw config.invalid(
          "endpoints",
          "must be https unless "
              + config.fullKey("insecure")
              + " = true, because on the way to another host others could change what the fleet"
              + " shows,");
    }
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

  /** Returns null for never. */
  private static Duration forgetAfter(BackendConfig config) {
    return config.duration("forget-after", null, SHORTEST_FORGETTING);
  }
}
