/** Podman's backend. */
module dev.koi.podman {
  requires dev.koi.api;
  requires dev.koi.docker;
  requires org.slf4j;

  provides dev.koi.docker.dialect.EngineDialect with
      dev.koi.podman.PodmanDialect;
  provides dev.koi.spi.RuntimeBackend with
      dev.koi.podman.PodmanBackend;
}
