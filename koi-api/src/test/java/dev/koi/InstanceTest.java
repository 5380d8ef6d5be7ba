package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstanceTest {

  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final PortMapping V4 = new PortMapping(8080, 80, PortProtocol.TCP, "0.0.0.0");
  private static final PortMapping V6 = new PortMapping(8080, 80, PortProtocol.TCP, "::");

  @Test
  void itTellsTheFactsItWasBuiltOf() {
    Instance instance = full().build();
    assertThat(instance.backend()).isEqualTo("docker");
    assertThat(instance.id()).isEqualTo("4fa6e0f0c678");
    assertThat(instance.containerName()).isEqualTo("shop-web-1");
    assertThat(instance.name()).isEqualTo("web");
    assertThat(instance.image()).contains("shop/web:1");
    assertThat(instance.state()).isEqualTo(InstanceState.PAUSED);
    assertThat(instance.health()).isEqualTo(Health.HEALTHY);
    assertThat(instance.ports()).containsExactly(V4, V6);
    assertThat(instance.exposedPorts()).containsExactly(new ContainerPort(80, PortProtocol.TCP));
    assertThat(instance.networks())
        .containsExactly(
            new Network("back", List.of("10.0.1.2", "fd00::2")),
            new Network("front", List.of("10.0.0.2", "10.0.1.2")));
    assertThat(instance.ips()).containsExactly("10.0.0.2", "10.0.1.2", "fd00::2");
    assertThat(instance.labels())
        .containsExactly(
            Map.entry("com.docker.compose.config-hash", "5f2c"),
            Map.entry("com.docker.compose.container-number", "1"),
            Map.entry("com.docker.compose.project", "shop"),
            Map.entry("com.docker.compose.service", "web"),
            Map.entry("koi.type", "_http._tcp"));
    assertThat(instance.startedAt()).contains(START);
    assertThat(instance.discoveredAt()).isEqualTo(START.plusSeconds(1));
    assertThat(instance.compose()).contains(new Compose("shop", "web", 1, false));
    assertThat(instance.pod()).contains("shop-pod");
    assertThat(instance.metadata().serviceType()).contains("_http._tcp");
    assertThat(instance.metadata().name()).contains("shop");
    assertThat(instance.truncated()).isFalse();
  }

  @Test
  void whatIsPublishedHasTheSettingsOfTheEnvironmentToo() {
    Instance instance =
        full()
            .labels(
                Map.of(
                    "koi.txt.path", "/a b",
                    "koi.health.interval", "5m",
                    "koi.type", "nonsense",
                    "traefik.http.services.web.loadbalancer.server.port", "8080"))
            .environment(List.of("KOI_MDNS_ANNOUNCE=My Shop"))
            .host("a")
            .group("prod")
            .life("3")
            .build();
    Instance read = Instance.fromMap("docker", instance.id(), instance.toMap());
    assertThat(read.metadata().name()).contains("My Shop");
    assertThat(read.metadata().source()).contains("traefik-labels");
    assertThat(read.metadata().problems()).isEqualTo(instance.metadata().problems());
    assertThat(read).isEqualTo(instance);
    assertThat(read.withDiscoveredAt(START).toMap())
        .isEqualTo(instance.withDiscoveredAt(START).toMap());
  }

  @Test
  void whatWasCutStaysMarkedWhenItIsPublished() {
    Instance cut = full().image("x".repeat(1000)).build();
    assertThat(Instance.fromMap("docker", cut.id(), cut.toMap()).truncated()).isTrue();
  }

  @Test
  void ofAPublishedFormTheWrongFieldIsNamed() {
    Map<String, Object> fields = new HashMap<>(full().build().toMap());
    fields.put("ports", List.of(Map.of("host_port", 0.5)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Instance.fromMap("fleet", "id", fields))
        .withMessage("ports[].host_port must be a whole number");
    fields.remove("ports");
    fields.put("state", "hibernating");
    assertThat(Instance.fromMap("fleet", "id", fields).state()).isEqualTo(InstanceState.UNKNOWN);
    fields.put("name", " ");
    fields.put("compose", Map.of("project", "shop", "service", "web", "number", -1));
    Instance read = Instance.fromMap("fleet", "id", fields);
    assertThat(read.name()).isNotBlank();
    assertThat(read.compose()).contains(new Compose("shop", "web", 0, false));
    fields.remove("container_name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Instance.fromMap("fleet", "id", fields))
        .withMessage("container_name is missing");
  }

  @Test
  void whatIsNotSetIsEmptyAndItRuns() {
    Instant before = Instant.now();
    Instance instance = Instance.builder("docker", "id", "name").build();
    assertThat(instance.name()).isEqualTo("name");
    assertThat(instance.image()).isEmpty();
    assertThat(instance.state()).isEqualTo(InstanceState.RUNNING);
    assertThat(instance.health()).isEqualTo(Health.NONE);
    assertThat(instance.ports()).isEmpty();
    assertThat(instance.exposedPorts()).isEmpty();
    assertThat(instance.networks()).isEmpty();
    assertThat(instance.ips()).isEmpty();
    assertThat(instance.labels()).isEmpty();
    assertThat(instance.startedAt()).isEmpty();
    assertThat(instance.discoveredAt()).isBetween(before, Instant.now());
    assertThat(instance.compose()).isEmpty();
    assertThat(instance.metadata()).isEqualTo(KoiMetadata.from(Map.of(), List.of()));
  }

  @Test
  void blankIdentitiesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Instance.builder(" ", "id", "name"))
        .withMessage("backend must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Instance.builder("docker", "", "name"))
        .withMessage("id must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Instance.builder("docker", "id", "\t"))
        .withMessage("containerName must not be blank");
    assertThatNullPointerException()
        .isThrownBy(() -> Instance.builder("docker", null, "name"))
        .withMessage("id");
  }

  @Test
  void anIdIsNeverCut() {
    assertThat(Instance.builder("docker", "i".repeat(512), "name").build().id()).hasSize(512);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Instance.builder("docker", "i".repeat(513), "name"))
        .withMessage("id must be at most 512 characters but has 513");
  }

  @Test
  void anotherDiscoveryTimeGivesAnEqualInstance() {
    Instance instance = full().build();
    Instance later = instance.withDiscoveredAt(START.plusSeconds(99));
    assertThat(later.discoveredAt()).isEqualTo(START.plusSeconds(99));
    assertThat(later).isEqualTo(instance).hasSameHashCodeAs(instance).hasToString("" + instance);
    assertThat(later.changedFields(instance)).isEmpty();
    assertThat(later.toMap().get("discovered_at")).isEqualTo("2026-01-02T03:05:44Z");
  }

  @Test
  void eachFieldIsOneNameInChangedFields() {
    assertChanged(builder -> builder.image("shop/web:2"), "image");
    assertChanged(builder -> builder.image(null), "image");
    assertChanged(builder -> builder.state(InstanceState.RUNNING), "state");
    assertChanged(builder -> builder.health(Health.UNHEALTHY), "health");
    assertChanged(builder -> builder.ports(List.of(V4)), "ports");
    assertChanged(builder -> builder.exposedPorts(List.of()), "exposed_ports");
    assertChanged(builder -> builder.networks(List.of()), "networks");
    assertChanged(builder -> builder.startedAt(null), "started_at");
    assertChanged(builder -> builder.pod(null), "pod");
    assertChanged(builder -> builder.environment(List.of()), "metadata");
    assertChanged(builder -> builder.labels(Map.of("a", "b")), "compose", "labels", "metadata");
    assertThat(
            Instance.builder("docker", "id", "a")
                .build()
                .changedFields(Instance.builder("docker", "id", "b").build()))
        .containsExactly("container_name");
    String longest = "n".repeat(255);
    assertThat(
            Instance.builder("docker", "id", longest)
                .build()
                .changedFields(Instance.builder("docker", "id", longest + "n").build()))
        .containsExactly("truncated");
  }

  private static void assertChanged(Consumer<Instance.Builder> change, String... fields) {
    Instance before = full().build();
    Instance.Builder builder = full();
    change.accept(builder);
    Instance after = builder.build();
    assertThat(before.changedFields(after)).containsExactly(fields);
    assertThat(after.changedFields(before)).containsExactly(fields);
    assertThat(before).isNotEqualTo(after);
  }

  @Test
  void anotherIdOrBackendIsAnotherInstance() {
    Instance instance = Instance.builder("docker", "id", "name").build();
    assertThat(instance)
        .isEqualTo(Instance.builder("docker", "id", "name").build())
        .isNotEqualTo(Instance.builder("podman", "id", "name").build())
        .isNotEqualTo(Instance.builder("docker", "id2", "name").build())
        .isNotEqualTo("docker/name (id, running)");
    assertThat(instance)
        .hasSameHashCodeAs(Instance.builder("docker", "id", "name").build())
        .doesNotHaveSameHashCodeAs(Instance.builder("docker", "id2", "name").build());
  }

  @Test
  void aLifeIsABackendAnIdAndAStart() {
    Instance instance = full().build();
    assertThat(instance.sameLife(full().state(InstanceState.RESTARTING).build())).isTrue();
    assertThat(instance.sameLife(full().startedAt(START.plusNanos(1)).build())).isFalse();
    assertThat(instance.sameLife(full().startedAt(null).build())).isTrue(); // not known is no other
    assertThat(full().startedAt(null).build().sameLife(instance)).isTrue();
    assertThat(full().startedAt(null).build().sameLife(full().startedAt(null).build())).isTrue();
    Instance third = full().life("3").build();
    assertThat(third.sameLife(full().life("3").build())).isTrue();
    assertThat(third.sameLife(full().life("4").build())).isFalse(); // within one tick of the clock
    assertThat(third.sameLife(instance)).isTrue();
    Instance plain = Instance.builder("docker", "id", "name").build();
    assertThat(plain.sameLife(Instance.builder("podman", "id", "name").build())).isFalse();
    assertThat(plain.sameLife(Instance.builder("docker", "id2", "name").build())).isFalse();
    assertThat(plain.sameLife(Instance.builder("docker", "id", "name2").build())).isTrue();
  }

  @Test
  void nothingThatWasGivenOrReturnedCanChangeIt() {
    Map<String, String> labels = new HashMap<>(Map.of("koi.txt.a", "b"));
    List<PortMapping> ports = new ArrayList<>(List.of(V4));
    List<String> ips = new ArrayList<>(List.of("10.0.0.1"));
    List<Network> networks = new ArrayList<>(List.of(new Network("n", ips)));
    List<ContainerPort> exposed = new ArrayList<>();
    Instance.Builder builder =
        full().labels(labels).ports(ports).networks(networks).exposedPorts(exposed);
    Instance instance = builder.build();
    Instance same = builder.build();
    labels.put("koi.enable", "true");
    ports.clear();
    ips.clear();
    networks.clear();
    exposed.add(new ContainerPort(1, PortProtocol.UDP));
    assertThat(builder.build()).isEqualTo(same);
    builder.labels(Map.of()).ports(List.of());
    assertThat(instance).isEqualTo(same);
    for (Runnable change :
        List.<Runnable>of(
            () -> instance.labels().clear(),
            () -> instance.ports().clear(),
            () -> instance.ports().set(0, V6),
            () -> instance.exposedPorts().add(new ContainerPort(1, PortProtocol.UDP)),
            () -> instance.networks().clear(),
            () -> instance.networks().get(0).ips().clear(),
            () -> instance.ips().clear(),
            () -> instance.metadata().txt().clear(),
            () -> instance.metadata().problems().add(null),
            () -> instance.changedFields(instance).add("x"))) {
      assertThatThrownBy(change::run).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void noValueOfTheEnvironmentIsKept() {
    Instance instance =
        Instance.builder("docker", "id", "name")
            .environment(List.of("PASSWORD=hunter2", "KOI_MDNS_ANNOUNCE=shop", "hunter2"))
            .build();
    assertThat(instance.toMap().toString()).contains("shop").doesNotContain("hunter2");
    assertThat(instance.metadata().readings().toString()).doesNotContain("hunter2");
  }

  @Test
  void listsAreSortedAndWithoutDuplicates() {
    Instance instance =
        Instance.builder("docker", "id", "name")
            .ports(List.of(V6, V4, V6))
            .exposedPorts(
                List.of(
                    new ContainerPort(80, PortProtocol.UDP),
                    new ContainerPort(80, PortProtocol.TCP),
                    new ContainerPort(9, PortProtocol.SCTP),
                    new ContainerPort(80, PortProtocol.TCP)))
            .networks(List.of(Network.of("b", Set.of()), Network.of("a", Set.of())))
            .build();
    assertThat(instance.ports()).containsExactly(V4, V6);
    assertThat(instance.exposedPorts())
        .map(Object::toString)
        .containsExactly("9/sctp", "80/tcp", "80/udp");
    assertThat(instance.networks()).map(Network::name).containsExactly("a", "b");
  }

  @Test
  void namesAreCutAndMarked() {
    Instance atLimit =
        Instance.builder("docker", "id", "n".repeat(255)).image("i".repeat(512)).build();
    assertThat(atLimit.truncated()).isFalse();
    assertThat(atLimit.containerName()).hasSize(255);
    assertThat(atLimit.image().orElseThrow()).hasSize(512);
    Instance name = Instance.builder("docker", "id", "n".repeat(254) + "😀").build();
    assertThat(name.truncated()).isTrue();
    assertThat(name.containerName()).isEqualTo("n".repeat(254));
    String half = "n".repeat(254) + "\ud83d";
    assertThat(Instance.builder("docker", "id", half).build().containerName()).isEqualTo(half);
    Instance image = Instance.builder("docker", "id", "name").image("i".repeat(513)).build();
    assertThat(image.truncated()).isTrue();
    assertThat(image.image()).contains("i".repeat(512));
    assertThat(image.withDiscoveredAt(START).truncated()).isTrue();
  }

  @Test
  void aQuadletsContainerHasTheNameOfItsUnit() {
    Map<String, String> unit = Map.of("PODMAN_SYSTEMD_UNIT", "web.service");
    assertThat(named("systemd-web", unit).name()).isEqualTo("web");
    assertThat(named("systemd-web", unit).containerName()).isEqualTo("systemd-web");
    assertThat(named("systemd-web", Map.of()).name()).isEqualTo("systemd-web");
    assertThat(named("web", unit).name()).isEqualTo("web");
    assertThat(named("systemd-", unit).name()).isEqualTo("systemd-");
  }

  private static Instance named(String containerName, Map<String, String> labels) {
    return Instance.builder("podman", "id", containerName).labels(labels).build();
  }

  @Test
  void theLabelsOfAnImageThatComposeHasBuiltMakeNoServicesInstance() {
    Instance instance =
        labels(Map.of("com.docker.compose.project", "shop", "com.docker.compose.service", "web"));
    assertThat(instance.name()).isEqualTo("name");
    assertThat(instance.compose()).isEmpty();
  }

  @Test
  void aOneOffContainerOfComposeKeepsItsOwnName() {
    Map<String, String> labels = new HashMap<>(full().build().labels());
    labels.put("com.docker.compose.oneoff", "True");
    Instance instance = full().labels(labels).build();
    assertThat(instance.name()).isEqualTo("shop-web-1");
    assertThat(instance.compose()).contains(new Compose("shop", "web", 1, true));
  }

  @Test
  void aChangeOfAnyFieldChangesTheText() {
    String before = full().build().toString();
    for (Instance.Builder after :
        List.of(
            full().image("shop/web:2"),
            full().state(InstanceState.RUNNING),
            full().health(Health.STARTING),
            full().ports(List.of(V4)),
            full().exposedPorts(List.of()),
            full().networks(List.of()),
            full().labels(Map.of("a", "b")),
            full().pod(null),
            full().environment(List.of()),
            full().startedAt(null))) {
      assertThat(after.build().toString()).isNotEqualTo(before);
    }
    assertThat(labels(Map.of("koi.txt.token", "hunter2", "token", "hunter2")).toString())
        .startsWith("docker/name id {container_name=name, state=RUNNING, health=NONE, ports=[]")
        .doesNotContain("hunter2");
  }

  @Test
  void theWireFormIsMadeOfPlainValues() {
    Instance instance = full().image(null).build();
    assertThat(instance.toMap())
        .isUnmodifiable()
        .doesNotContainKeys("image", "truncated")
        .containsEntry("state", "paused")
        .containsEntry("ports", List.of(V4.toMap(), V6.toMap()))
        .containsEntry("exposed_ports", List.of(Map.of("port", 80, "protocol", "tcp")))
        .containsEntry("ips", instance.ips())
        .containsEntry("labels", instance.labels())
        .containsEntry("compose", Map.of("project", "shop", "service", "web", "number", 1))
        .containsEntry("metadata", instance.metadata().toMap())
        .containsEntry("started_at", "2026-01-02T03:04:05Z");
    assertThat(V4.toMap())
        .containsExactly(
            Map.entry("host_port", 8080),
            Map.entry("container_port", 80),
            Map.entry("protocol", "tcp"),
            Map.entry("host_ip", "0.0.0.0"));
  }

  @Test
  void aPodsNameIsCutAndMarked() {
    Instance instance = Instance.builder("podman", "id", "web").pod("p".repeat(256)).build();
    assertThat(instance.pod()).contains("p".repeat(255));
    assertThat(instance.truncated()).isTrue();
  }

  @Test
  void composeNamesAreCutAndMarked() {
    Instance instance =
        Instance.builder("docker", "id", "name")
            .labels(
                Map.of(
                    "com.docker.compose.config-hash", "5f2c",
                    "com.docker.compose.project", "p".repeat(256),
                    "com.docker.compose.service", "s".repeat(256)))
            .build();
    assertThat(instance.compose())
        .contains(new Compose("p".repeat(255), "s".repeat(255), 0, false));
    assertThat(instance.name()).isEqualTo("s".repeat(255));
    assertThat(instance.truncated()).isTrue();
  }

  @Test
  void portsAreCutAndMarked() {
    List<PortMapping> ports =
        IntStream.rangeClosed(1, 1025)
            .mapToObj(port -> new PortMapping(port, port, PortProtocol.TCP, "::"))
            .toList();
    List<ContainerPort> exposed =
        IntStream.rangeClosed(1, 1025)
            .mapToObj(port -> new ContainerPort(port, PortProtocol.TCP))
            .toList();
    Instance.Builder builder = Instance.builder("docker", "id", "name");
    Instance atLimit =
        builder.ports(ports.subList(0, 1024)).exposedPorts(exposed.subList(0, 1024)).build();
    assertThat(atLimit.truncated()).isFalse();
    assertThat(atLimit.ports()).hasSize(1024);
    Instance published = builder.ports(ports).build();
    assertThat(published.ports()).isEqualTo(atLimit.ports());
    assertThat(published.truncated()).isTrue();
    Instance both = builder.ports(List.of()).exposedPorts(exposed).build();
    assertThat(both.exposedPorts()).isEqualTo(atLimit.exposedPorts());
    assertThat(both.truncated()).isTrue();
  }

  @Test
  void addressesAreCutAndMarked() {
    Instance.Builder builder = Instance.builder("docker", "id", "name");
    Instance atLimit =
        builder
            .ports(List.of(new PortMapping(1, 1, PortProtocol.TCP, "1".repeat(64))))
            .networks(List.of(Network.of("n".repeat(255), Set.of("1".repeat(64)))))
            .build();
    assertThat(atLimit.truncated()).isFalse();
    Instance port =
        builder
            .ports(
                List.of(
                    new PortMapping(1, 1, PortProtocol.TCP, "1".repeat(65)),
                    new PortMapping(1, 1, PortProtocol.TCP, "1".repeat(66))))
            .build();
    assertThat(port.truncated()).isTrue();
    assertThat(port.ports()).isEqualTo(atLimit.ports());
    builder.ports(List.of());
    Instance name = builder.networks(List.of(Network.of("n".repeat(256), Set.of()))).build();
    assertThat(name.truncated()).isTrue();
    assertThat(name.networks()).containsExactly(Network.of("n".repeat(255), Set.of()));
    Instance ip = builder.networks(List.of(Network.of("n", Set.of("1".repeat(65))))).build();
    assertThat(ip.truncated()).isTrue();
    assertThat(ip.ips()).containsExactly("1".repeat(64));
  }

  @Test
  void networksAreCutAndMarked() {
    List<Network> networks =
        IntStream.range(100, 165).mapToObj(n -> Network.of("n" + n, Set.of())).toList();
    List<String> ips = IntStream.range(100, 165).mapToObj(n -> "10.0.0." + n).toList();
    Instance.Builder builder = Instance.builder("docker", "id", "name");
    assertThat(builder.networks(networks.subList(0, 64)).build().truncated()).isFalse();
    Instance many = builder.networks(networks).build();
    assertThat(many.truncated()).isTrue();
    assertThat(many.networks()).isEqualTo(networks.subList(0, 64));
    builder.networks(List.of(new Network("n", ips.subList(0, 64))));
    assertThat(builder.build().truncated()).isFalse();
    Instance crowded = builder.networks(List.of(new Network("n", ips))).build();
    assertThat(crowded.truncated()).isTrue();
    assertThat(crowded.ips()).isEqualTo(ips.subList(0, 64));
  }

  @Test
  void labelsAreCutAndMarked() {
    assertThat(labels(Map.of("k".repeat(255), "v".repeat(4096))).truncated()).isFalse();
    Instance value = labels(Map.of("k", "v".repeat(4097)));
    assertThat(value.truncated()).isTrue();
    assertThat(value.labels()).isEqualTo(Map.of("k", "v".repeat(4096)));
    Instance key = labels(Map.of("k".repeat(256), "v", "l", "w"));
    assertThat(key.truncated()).isTrue();
    assertThat(key.labels()).isEqualTo(Map.of("l", "w"));
  }

  @Test
  void thereAreAtMost256Labels() {
    Map<String, String> labels = new HashMap<>();
    for (int i = 1000; i < 1256; i++) {
      labels.put("k" + i, "v");
    }
    assertThat(labels(labels).labels()).isEqualTo(labels);
    assertThat(labels(labels).truncated()).isFalse();
    labels.put("k1256", "v");
    assertThat(labels(labels).labels()).hasSize(256).doesNotContainKey("k1256");
    assertThat(labels(labels).truncated()).isTrue();
  }

  @Test
  void labelsTogetherAreAtMost32768CharactersAndSmallOnesStillFit() {
    Map<String, String> labels = new HashMap<>();
    for (char key = 'a'; key < 'h'; key++) {
      labels.put("" + key, "v".repeat(4095));
    }
    labels.put("i", "v".repeat(4093));
    labels.put("x", "y");
    assertThat(labels(labels).truncated()).isFalse();
    labels.put("h", "too long");
    Instance instance = labels(labels);
    assertThat(instance.truncated()).isTrue();
    assertThat(instance.labels()).containsKeys("h", "x").doesNotContainKey("i");
  }

  @Test
  void aHundredContainersWithAMegabyteOfLabelsEachStaySmall() {
    long kept = 0;
    for (int i = 0; i < 100; i++) {
      String id = "id" + i;
      Instance instance =
          Instance.builder("docker", id, "name")
              .labels(Map.of("a", "x".repeat(1 << 20), "koi.txt.a", "x".repeat(1 << 20)))
              .build();
      kept += (instance.toMap() + "" + instance.metadata().problems()).length();
    }
    assertThat(kept).isLessThan(100 * 10_000);
  }

  @Test
  void metadataIsReadFromLabelsThatAreNotKept() {
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      labels.put("a" + i, "x");
    }
    labels.put("koi.enable", "true");
    labels.put("com.docker.compose.config-hash", "5f2c");
    labels.put("com.docker.compose.project", "shop");
    labels.put("com.docker.compose.service", "web");
    Instance instance = labels(labels);
    assertThat(instance.labels()).doesNotContainKey("koi.enable");
    assertThat(instance.metadata().enable()).contains(true);
    assertThat(instance.name()).isEqualTo("web");
  }

  private static Instance labels(Map<String, String> labels) {
    return Instance.builder("docker", "id", "name").labels(labels).build();
  }

  private static Instance.Builder full() {
    return Instance.builder("docker", "4fa6e0f0c678", "shop-web-1")
        .image("shop/web:1")
        .pod("shop-pod")
        .state(InstanceState.PAUSED)
        .health(Health.HEALTHY)
        .ports(List.of(V6, V4))
        .exposedPorts(List.of(new ContainerPort(80, PortProtocol.TCP)))
        .networks(
            List.of(
                Network.of("front", Set.of("10.0.0.2", "10.0.1.2")),
                Network.of("back", Set.of("fd00::2", "10.0.1.2"))))
        .labels(
            Map.of(
                "koi.type", "_http._tcp",
                "com.docker.compose.project", "shop",
                "com.docker.compose.service", "web",
                "com.docker.compose.container-number", "1",
                "com.docker.compose.config-hash", "5f2c"))
        .environment(List.of("PATH=/bin", "KOI_MDNS_ANNOUNCE=shop"))
        .startedAt(START)
        .discoveredAt(START.plusSeconds(1));
  }
}
