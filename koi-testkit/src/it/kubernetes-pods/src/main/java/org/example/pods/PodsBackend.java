package org.example.pods;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.RuntimeInfo;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Shows the pods of a Kubernetes API as instances; {@code reference.conf} describes its keys. */
public final class PodsBackend implements RuntimeBackend {

  @Override
  public String name() {
    return "kubernetes-pods";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException {
    Config settings = settings(config);
    String namespace = config.string("namespace").orElse("");
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(settings)
            // It would log what the environment and the command lines of pods are.
            .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("HttpLogging", null))
            .build();
    try {
      String version = client.getKubernetesVersion().getGitVersion(); // it answers, or fails here
      String place = settings.getMasterUrl() + (namespace.isEmpty() ? "" : "#" + namespace);
      RuntimeInfo runtime = new RuntimeInfo("Kubernetes", version, "", place);
      return new PodsConnection(client, runtime, config.name(), namespace);
    } catch (RuntimeException e) {
      client.close();
      throw failure(settings.getMasterUrl(), e);
    }
  }

  private static Config settings(BackendConfig config) throws IOException {
    Optional<String> server = config.string("server");
    if (server.isPresent() && !server.get().matches("https?://[^/]+/?")) {
      throw config.invalid("server", "must be an address such as https://10.0.0.1:6443");
    }
    int millis = (int) Math.min(10_000, config.connectTimeout().toMillis() / 2);
    ConfigBuilder settings =
        new ConfigBuilder(server.isPresent() ? Config.empty() : Config.autoConfigure(null))
            .withConnectionTimeout(millis)
            .withRequestTimeout(millis)
            .withRequestRetryBackoffLimit(0) // Koi tries again
            .withWatchReconnectLimit(0);
    server.ifPresent(settings::withMasterUrl);
    for (Path token : file(config, "token-file").stream().toList()) {
      settings.withOauthToken(Files.readString(token).strip());
    }
    file(config, "ca-file").ifPresent(file -> settings.withCaCertFile(file.toString()));
    return settings.build();
  }

  private static Optional<Path> file(BackendConfig config, String key) {
    Optional<Path> file = config.path(key);
    if (file.isPresent() && !Files.isReadable(file.get())) {
      throw config.invalid(key, "must be a file that can be read");
    }
    return file;
  }

  private static IOException failure(String server, RuntimeException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
        return new BackendUnavailableException(
            "no Kubernetes API at " + server + ": " + cause.getMessage(), thrown);
      }
    }
    return new IOException(server + ": " + thrown.getMessage(), thrown);
  }
}
