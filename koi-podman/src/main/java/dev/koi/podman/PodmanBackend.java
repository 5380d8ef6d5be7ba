package dev.koi.podman;

import dev.koi.docker.endpoint.ProcessEnvironment;
import dev.koi.docker.engine.EngineSearch;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;

/** Podman, through its Docker-compatible API. */
public final class PodmanBackend implements RuntimeBackend {

  /** Makes one; it holds no state. */
  public PodmanBackend() {}

  @Override
  public String name() {
    return "podman";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    ProcessEnvironment environment = ProcessEnvironment.ofThisProcess();
    return EngineSearch.connect(
        config, new PodmanDialect(), PodmanEndpoints.of(config, environment), help(environment));
  }

  /** Podman needs no daemon, so on most machines with Podman its API is not served. */
  static String help(ProcessEnvironment environment) {
    if (!environment.hasCommand("podman")) {
      return "Podman does not seem to be installed";
    }
    if (!environment.hasCommand("systemctl")) {
      return "Podman is installed, but serves no socket: run podman machine start, or podman system"
          + " service --time=0";
    }
    return "Podman is installed, but its socket is not enabled: run systemctl "
        + (environment.uid().equals("0")
            ? "enable --now podman.socket"
            : "--user enable --now podman.socket (root's containers are for root to watch, after"
                + " systemctl enable --now podman.socket)");
  }
}
