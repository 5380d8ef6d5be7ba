package dev.koi.testkit;

import dev.koi.PortMapping;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an instance to be started should be like. A fixture asks it for everything its runtime can
 * give an instance, and gives it; the kit then expects to see exactly that. What a fixture never
 * asks for counts as something its runtime does not have, and is reported as not verified.
 */
public final class InstanceSpec {

  private final String name;
  private final Map<String, String> labels;
  private final List<PortMapping> ports;
  private final List<String> networks;
  private final Map<String, String> environment;
  private final String argument;
  private final Set<String> asked = new TreeSet<>();

  InstanceSpec(
      String name,
      Map<String, String> labels,
      List<PortMapping> ports,
      List<String> networks,
      Map<String, String> environment,
      String argument) {
    this.name = name;
    this.labels = labels;
    this.ports = ports;
    this.networks = networks;
    this.environment = environment;
    this.argument = argument;
  }

  /** Returns its name, unlike any other: letters, digits and hyphens. */
  public String name() {
    asked.add("name");
    return name;
  }

  /** Returns its labels, whose values hold quotes, line breaks, and letters of many scripts. */
  public Map<String, String> labels() {
    asked.add("labels");
    return labels;
  }

  /** Returns the ports to publish, on host ports that are free now; TCP and UDP. */
  public List<PortMapping> ports() {
    asked.add("ports");
    return ports;
  }

  /** Returns the names of the networks to attach it to, in each of which it gets an address. */
  public List<String> networks() {
    asked.add("networks");
    return networks;
  }

  /** Returns its environment, which holds what must not be seen. */
  public Map<String, String> environment() {
    asked.add("environment");
    return environment;
  }

  /** Returns a word to put on its command line where it does no harm; it must not be seen. */
  public String argument() {
    asked.add("argument");
    return argument;
  }

  /** Returns whether the fixture has asked for what that method gives. */
  boolean asked(String method) {
    return asked.contains(method);
  }
}
