package dev.koi.podman;

import dev.koi.docker.engine.EngineDialect;
import dev.koi.docker.engine.EngineSearch;
import dev.koi.docker.engine.Surroundings;
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
    Surroundings surroundings = Surroundings.ofThisProcess();
    return EngineSearch.connect(
        config,
        EngineDialect.PODMAN,
        PodmanEndpoints.of(config, surroundings),
        help(surroundings.hasCommand("podman")));
  }

  /** Podman needs no daemon, so that on most machines with Podman nobody serves its API. */
  static String help(boolean installed) {
    return installed
        ? "Podman is installed, but its socket is not enabled: run systemctl --user enable --now"
            + " podman.socket (or, for root's containers, systemctl enable --now podman.socket)"
        : "Podman does not seem to be installed";
  }
}
