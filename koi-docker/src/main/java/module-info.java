/** Docker's backend, and the engine client that koi-podman shares. */
@SuppressWarnings({"module", "requires-automatic"}) // koi-podman is compiled later
module dev.koi.docker {
  requires com.fasterxml.jackson.core;
  requires com.github.dockerjava.transport;
  requires dev.koi.api;
  requires org.apache.httpcomponents.core5.httpcore5;
  requires org.slf4j;

  exports dev.koi.docker.dialect to
      dev.koi.podman;
  exports dev.koi.docker.endpoint to
      dev.koi.podman;
  exports dev.koi.docker.engine to
      dev.koi.podman;
  exports dev.koi.docker.instances to
      dev.koi.podman;
  exports dev.koi.docker.transport to
      dev.koi.podman;

  uses dev.koi.docker.dialect.EngineDialect;

  provides dev.koi.spi.RuntimeBackend with
      dev.koi.docker.DockerBackend;
}
