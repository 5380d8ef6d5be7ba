/**
 * What tests use: the conformance kit for authors of backends, a runtime in memory, and simulated
 * engines. JUnit and AssertJ are needed for the kit only, Jetty and Jackson for the engines only.
 */
module dev.koi.testkit {
  requires transitive dev.koi.api;
  requires java.logging;
  requires static org.junit.jupiter.api;
  requires static org.junit.platform.commons;
  requires static org.opentest4j;
  requires static org.assertj.core;
  requires static com.fasterxml.jackson.databind;
  requires static org.eclipse.jetty.server;
  requires static org.eclipse.jetty.unixdomain.server;

  exports dev.koi.testkit;
  exports dev.koi.testkit.memory;
  exports dev.koi.testkit.engine;

  opens dev.koi.testkit to
      org.junit.platform.commons;
  opens dev.koi.testkit.internal to
      org.junit.platform.commons;

  provides dev.koi.spi.RuntimeBackend with
      dev.koi.testkit.memory.InMemoryBackend;
  provides java.util.spi.ToolProvider with
      dev.koi.testkit.engine.SimulatedEngineTool;
}
