package dev.koi.testkit;

import dev.koi.ContainerPort;
import dev.koi.PortMapping;
import java.util.List;
import java.util.Map;

/**
 * An instance that the kit wants started. A fixture asks for every fact that its runtime can give
 * an instance; the kit then expects the backend to show exactly that. A fact that the fixture never
 * asks for counts as one that the runtime does not have, and is reported as not verified.
 */
public interface InstanceSpec {

  /** Returns its name, unlike any other: letters, digits and hyphens. */
  String name();

  /** Returns its labels, whose values hold quotes, line breaks, and letters of many scripts. */
  Map<String, String> labels();

  /**
   * Returns the ports to publish, on host ports that are free now: TCP and UDP, on several loopback
   * addresses, and one port of the instance on two addresses.
   */
  List<PortMapping> ports();

  /** Returns ports that the instance says it listens on, and that are not published; TCP. */
  List<ContainerPort> exposedPorts();

  /** Returns the networks to attach it to, in each of which it gets an address. */
  List<String> networks();

  /** Returns its environment, which the backend must not show. */
  Map<String, String> environment();

  /** Returns a word to put on its command line where it does no harm; it must not be shown. */
  String argument();

  /**
   * Returns whether to give it a health check, of which {@link BackendFixture#setHealth} decides.
   */
  boolean healthCheck();
}
