package dev.koi.testkit.internal;

import dev.koi.ContainerPort;
import dev.koi.PortMapping;
import dev.koi.testkit.InstanceSpec;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An instance for the fixture to start.
 *
 * @param asked the facts that the fixture has asked for
 */
record WantedInstance(
    String name,
    Map<String, String> labels,
    List<PortMapping> ports,
    List<ContainerPort> exposedPorts,
    List<String> networks,
    Map<String, String> environment,
    String argument,
    boolean healthCheck,
    Set<String> asked)
    implements InstanceSpec {

  /** Returns what the fixture is given; it notes what the fixture asks for. */
  InstanceSpec observed() {
    return (InstanceSpec)
        Proxy.newProxyInstance(
            InstanceSpec.class.getClassLoader(),
            new Class<?>[] {InstanceSpec.class},
            (proxy, method, arguments) -> {
              asked.add(method.getName());
              return method.invoke(this, arguments);
            });
  }
}
