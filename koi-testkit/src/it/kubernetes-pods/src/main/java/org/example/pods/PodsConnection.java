package org.example.pods;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeInfo;
import dev.koi.spi.support.BasicConnection;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** An API server that has answered. Thread-safe. */
final class PodsConnection extends BasicConnection {

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,63}/[a-z0-9.-]{1,253}");

  private final KubernetesClient client;
  private final String entry;
  private final String namespace; // empty for all

  PodsConnection(KubernetesClient client, RuntimeInfo runtime, String entry, String namespace) {
    super(runtime);
    this.client = client;
    this.entry = entry;
    this.namespace = namespace;
  }

  private AnyNamespaceOperation<Pod, PodList, PodResource> pods() {
    return namespace.isEmpty()
        ? client.pods().inAnyNamespace()
        : client.pods().inNamespace(namespace);
  }

  @Override
  protected List<Instance> list() {
    List<Pod> all = pods().list().getItems(); // without a limit the answer is whole
    return all.stream().flatMap(pod -> PodFacts.instance(entry, pod).stream()).toList();
  }

  @Override
  protected Optional<Instance> find(String id) {
    String[] parts = id.split("/", -1);
    if (!ID.matcher(id).matches() || !(namespace.isEmpty() || namespace.equals(parts[0]))) {
      return Optional.empty();
    }
    return Optional.ofNullable(client.pods().inNamespace(parts[0]).withName(parts[1]).get())
        .flatMap(pod -> PodFacts.instance(entry, pod));
  }

  /** The server repeats what has changed since that version, so nothing is missed on the way. */
  @Override
  protected InstanceWatch openWatch() {
    var one = pods().list(new ListOptionsBuilder().withLimit(1L).build());
    String now = one.getMetadata().getResourceVersion();
    PodWatch watch = new PodWatch(runtime().endpoint());
    watch.follows(pods().watch(new ListOptionsBuilder().withResourceVersion(now).build(), watch));
    return watch;
  }

  @Override
  protected void release() {
    client.close();
  }
}
