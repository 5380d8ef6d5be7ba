package dev.koi.serve.prometheus;

import dev.koi.Instance;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.core.explain.ScrapeLabels;
import dev.koi.text.Fields;
import dev.koi.text.Secrets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses at which instances offer metrics, in the form of Prometheus' HTTP discovery.
 *
 * <p>Prometheus refuses a whole list for one label with a wrong name or without a text for a value,
 * and would then keep what it knows for ever. So each name here is a correct one.
 */
final class Targets {

  private static final String META = "__meta_koi_";

  private final String advertiseHost;
  private final Set<String> lost;
  private final boolean all;

  /**
   * Makes a form.
   *
   * @param advertiseHost the host of ports that are published on all addresses
   * @param lost the entries whose runtime is not connected now
   * @param all whether to list each published TCP port of each instance, and not only those of
   *     instances with a label that asks for it
   */
  Targets(String advertiseHost, Set<String> lost, boolean all) {
    this.advertiseHost = advertiseHost;
    this.lost = lost;
    this.all = all;
  }

  /** Returns one group for each address. */
  List<Map<String, Object>> of(Collection<Instance> instances) {
    List<Map<String, Object>> groups = new ArrayList<>();
    for (Instance instance : instances) {
      ScrapeLabels wanted = ScrapeLabels.of(instance.labels());
      if (wanted.scrape().orElse(all)) {
        add(groups, instance, wanted);
      }
    }
    return groups;
  }

  private void add(List<Map<String, Object>> groups, Instance instance, ScrapeLabels wanted) {
    Optional<Integer> only = wanted.port();
    Map<Integer, PortMapping> published = new LinkedHashMap<>(); // by private port; IPv4 first
    for (PortMapping port : instance.ports()) {
      if (port.protocol() == PortProtocol.TCP) {
        published.putIfAbsent(port.containerPort(), port);
      }
    }
    if (only.isPresent() && !published.containsKey(only.get())) {
      String host = instance.ips().isEmpty() ? advertiseHost : instance.ips().get(0);
      Map<String, String> labels = labels(instance, wanted);
      labels.put(META + "port_private", only.get().toString());
      groups.add(group(address(host, only.get()), labels));
      return;
    }
    for (PortMapping port : published.values()) {
      if (only.isEmpty() || only.get() == port.containerPort()) {
        Map<String, String> labels = labels(instance, wanted);
        labels.put(META + "port_private", Integer.toString(port.containerPort()));
        labels.put(META + "port_public", Integer.toString(port.hostPort()));
        groups.add(group(address(host(instance, port), port.hostPort()), labels));
      }
    }
  }

  private String host(Instance instance, PortMapping port) {
    return Set.of("0.0.0.0", "::", "").contains(port.hostIp())
        ? instance.host().orElse(advertiseHost)
        : port.hostIp();
  }

  private static String address(String host, int port) {
    boolean bare = host.contains(":") && !host.startsWith("[");
    return (bare ? "[" + host + "]" : host) + ":" + port;
  }

  private static Map<String, Object> group(String target, Map<String, String> labels) {
    return Fields.of("targets", List.of(target), "labels", labels);
  }

  private Map<String, String> labels(Instance instance, ScrapeLabels wanted) {
    Map<String, String> labels = new LinkedHashMap<>();
    wanted.path().ifPresent(path -> labels.put("__metrics_path__", path));
    wanted.scheme().ifPresent(scheme -> labels.put("__scheme__", scheme));
    labels.put(META + "id", instance.id());
    labels.put(META + "name", instance.name());
    labels.put(META + "container_name", instance.containerName());
    labels.put(META + "backend", instance.backend());
    instance.group().ifPresent(group -> labels.put(META + "group", group));
    instance.host().ifPresent(host -> labels.put(META + "host", host));
    instance.image().ifPresent(image -> labels.put(META + "image", image));
    labels.put(META + "state", instance.state().wireName());
    labels.put(META + "health", instance.health().wireName());
    instance.metadata().serviceType().ifPresent(type -> labels.put(META + "service_type", type));
    instance
        .compose()
        .ifPresent(
            compose -> {
              labels.put(META + "compose_project", compose.project());
              labels.put(META + "compose_service", compose.service());
            });
    labels.put(META + "stale", Boolean.toString(lost.contains(instance.backend())));
    instance
        .labels()
        .forEach(
            (key, value) -> {
              if (Secrets.masked(key, value).equals(value)) {
                // Of two keys that become one name, the first by order counts.
                labels.putIfAbsent(META + "label_" + ScrapeLabels.name(key), value);
              }
            });
    return labels;
  }
}
