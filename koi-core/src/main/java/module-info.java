/**
 * Watches container runtimes and notifies listeners of changes.
 *
 * <p>An embedder needs {@code requires dev.koi.core} only. The koi command is in this module too,
 * and its libraries are optional.
 */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.koi.core {
  requires transitive dev.koi.api;
  requires transitive com.google.guice; // KoiModule is one of its modules
  requires transitive jakarta.inject;
  requires transitive typesafe.config; // KoiBuilder takes one of its configurations
  requires com.google.common; // Guice cannot say so itself
  requires org.slf4j;
  requires static micrometer.core; // for KoiMetrics; transitive, every application would need it
  requires static micrometer.registry.prometheus;
  requires static com.fasterxml.jackson.annotation;
  requires static com.fasterxml.jackson.core;
  requires static dev.koi.fleet;
  requires static java.logging;
  requires static javax.jmdns;
  requires static org.apache.commons.cli;
  requires static org.eclipse.jetty.server;
  requires static org.eclipse.jetty.unixdomain.server;
  requires static org.freedesktop.dbus;

  exports dev.koi.core;
  exports dev.koi.core.status;

  uses dev.koi.spi.RuntimeBackend;
}
