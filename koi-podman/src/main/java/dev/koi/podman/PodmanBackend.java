package dev.koi.podman;

import dev.koi.docker.engine.EngineDialect;
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
    return EngineSearch.connect(
        config,
        EngineDialect.PODMAN,
        PodmanEndpoints.of(config),
        "Podman serves its socket only if asked to: systemctl --user enable --now podman.socket"
            + " (or, as root, systemctl enable --now podman.socket)");
  }
}
