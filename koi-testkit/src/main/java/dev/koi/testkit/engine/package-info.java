/**
 * A simulated container engine: the part of the Docker Engine API that Koi uses, served over a real
 * unix socket from a world of containers that a test or a demo scripts.
 *
 * <p>Start with {@link dev.koi.testkit.engine.SimulatedEngine}. {@link
 * dev.koi.testkit.engine.FaultProxy} breaks connections in front of it or of a real engine, and
 * {@link dev.koi.testkit.engine.Faults} makes it answer wrongly.
 *
 * <p>Using this package needs Jetty's jetty-server and jetty-unixdomain-server, and
 * jackson-databind, on the class path; koi-testkit itself does not bring them.
 */
package dev.koi.testkit.engine;
