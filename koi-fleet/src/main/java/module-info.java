/** The backend of a fleet, and the etcd client and format that the publisher shares. */
@SuppressWarnings({"module", "requires-automatic"}) // koi-core is compiled later
module dev.koi.fleet {
  requires com.fasterxml.jackson.core;
  requires dev.koi.api;
  requires org.apache.httpcomponents.core5.httpcore5;
  requires org.slf4j;

  exports dev.koi.fleet.etcd to
      dev.koi.core;
  exports dev.koi.fleet.format to
      dev.koi.core;

  provides dev.koi.spi.RuntimeBackend with
      dev.koi.fleet.FleetBackend;
}
