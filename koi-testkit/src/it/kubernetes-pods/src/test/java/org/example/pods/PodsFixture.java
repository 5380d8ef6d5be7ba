package org.example.pods;

import dev.koi.Health;
import dev.koi.PortProtocol;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.Capability;
import dev.koi.testkit.FailingConfig;
import dev.koi.testkit.InstanceSpec;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Pods as a kubelet would run them, on an API server of its own. */
final class PodsFixture implements BackendFixture {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern KEY =
      Pattern.compile("([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([\\w.-]{0,61}[A-Za-z0-9])?");
  private static final Pattern VALUE = Pattern.compile("([A-Za-z0-9]([\\w.-]{0,61}[A-Za-z0-9])?)?");

  private final ApiServer server = new ApiServer();
  private final Path wrongToken = Files.writeString(Files.createTempFile("token", ""), "wrong");
  private int started;

  PodsFixture() throws IOException {}

  @Override
  public RuntimeBackend backend() {
    return new PodsBackend();
  }

  @Override
  public BackendConfig config(String entry) {
    return BackendConfig.of(entry, Map.of("server", server.address()));
  }

  @Override
  public boolean canHaveLabel(String key, String value) {
    return KEY.matcher(key).matches() && (isKoi(key) || VALUE.matcher(value).matches());
  }

  /** Annotations may have any value. */
  private static boolean isKoi(String key) {
    return key.startsWith("koi.");
  }

  @Override
  public String start(InstanceSpec spec) {
    if (!NAME.matcher(spec.name()).matches()) {
      throw new IllegalArgumentException("a pod cannot be named " + spec.name());
    }
    Map<String, String> labels = new HashMap<>(spec.labels());
    Map<String, String> annotations = new HashMap<>(Map.of("example.com/owner", "nobody"));
    labels.entrySet().stream()
        .filter(label -> isKoi(label.getKey()))
        .forEach(label -> annotations.put(label.getKey(), label.getValue()));
    labels.keySet().removeIf(PodsFixture::isKoi);
    List<EnvVar> environment = new ArrayList<>();
    spec.environment().forEach((key, value) -> environment.add(new EnvVar(key, value, null)));
    started++;
    Pod pod =
        pod("space-" + started % 3, spec.name(), started)
            .editMetadata()
            .withLabels(labels)
            .withAnnotations(annotations)
            .endMetadata()
            .editSpec()
            .editFirstContainer()
            .withArgs(spec.argument())
            .withEnv(environment)
            .withPorts(ports(spec))
            .withReadinessProbe(spec.healthCheck() ? new Probe() : null)
            .endContainer()
            .endSpec()
            .editStatus()
            .editFirstContainerStatus()
            .withReady(!spec.healthCheck())
            .withStarted(!spec.healthCheck())
            .endContainerStatus()
            .endStatus()
            .build();
    server.put(pod);
    return PodFacts.id(pod);
  }

  /** Returns a pod of one container that has started now. */
  static PodBuilder pod(String namespace, String name, int number) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withUid("uid-" + number)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("app")
        .withImage("registry.example.com/app:1.0")
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase("Running")
        .addNewPodIP("10.1.%d.%d".formatted(number / 250, number % 250 + 1))
        .addNewContainerStatus()
        .withName("app")
        .withReady(true)
        .withStarted(true)
        .withRestartCount(0)
        .withNewLastState()
        .endLastState()
        .withNewState()
        .withNewRunning(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .endState()
        .endContainerStatus()
        .endStatus();
  }

  private static List<ContainerPort> ports(InstanceSpec spec) {
    List<ContainerPort> ports = new ArrayList<>();
    spec.ports()
        .forEach(
            port ->
                ports.add(
                    new ContainerPortBuilder()
                        .withContainerPort(port.containerPort())
                        .withHostPort(port.hostPort())
                        .withHostIP(port.hostIp())
                        .withProtocol(port.protocol().name())
                        .build()));
    spec.exposedPorts()
        .forEach(
            port ->
                ports.add(
                    new ContainerPortBuilder()
                        .withContainerPort(port.port())
                        .withProtocol(port.protocol() == PortProtocol.TCP ? null : "UDP")
                        .build()));
    return ports;
  }

  private interface Change {
    void of(ContainerStatus status);
  }

  private void change(String id, Change change) {
    Pod pod = new PodBuilder(server.get(id)).build();
    change.of(pod.getStatus().getContainerStatuses().get(0));
    server.put(pod);
  }

  @Override
  public void stop(String id) {
    server.delete(id);
  }

  @Override
  public String startNamesake(String id) {
    started++;
    Pod pod = pod("space-of-its-own", server.get(id).getMetadata().getName(), started).build();
    server.put(pod);
    return PodFacts.id(pod);
  }

  @Override
  public void relabel(String id, Map<String, String> labels) {
    server.put(
        new PodBuilder(server.get(id)).editMetadata().addToLabels(labels).endMetadata().build());
  }

  @Override
  public void restart(String id) {
    change(
        id,
        status -> {
          status.setRestartCount(status.getRestartCount() + 1);
          Instant before = Instant.parse(status.getState().getRunning().getStartedAt());
          // A kubelet waits longer than a second between two starts.
          status.getState().getRunning().setStartedAt(before.plusSeconds(1).toString());
        });
  }

  @Override
  public void setHealth(String id, Health health) {
    change(
        id,
        status -> {
          status.setStarted(true);
          status.setReady(health == Health.HEALTHY);
        });
  }

  @Override
  public void crash(String id) {
    Pod pod =
        new PodBuilder(server.get(id))
            .editStatus()
            .editFirstContainerStatus()
            .withReady(false)
            .withStarted(false)
            .withNewLastState()
            .withNewTerminated()
            .withExitCode(1)
            .withStartedAt(
                server
                    .get(id)
                    .getStatus()
                    .getContainerStatuses()
                    .get(0)
                    .getState()
                    .getRunning()
                    .getStartedAt())
            .endTerminated()
            .endLastState()
            .withNewState()
            .withNewWaiting("back-off 10s", "CrashLoopBackOff")
            .endState()
            .endContainerStatus()
            .endStatus()
            .build();
    server.put(pod);
  }

  @Override
  public void loseRuntime() throws IOException {
    server.stop();
  }

  @Override
  public void restoreRuntime() throws IOException {
    server.startAgain();
  }

  @Override
  public void freezeRuntime() {
    server.freeze(true);
  }

  @Override
  public void thawRuntime() {
    server.freeze(false);
  }

  @Override
  public FailingConfig absent() {
    return failing(Map.of("server", "http://127.0.0.1:1"), "http://127.0.0.1:1");
  }

  @Override
  public FailingConfig refusing() {
    return failing(
        Map.of("server", server.address(), "token-file", wrongToken.toString()), server.address());
  }

  @Override
  public FailingConfig invalid() {
    return failing(Map.of("server", "somewhere"), "server");
  }

  private static FailingConfig failing(Map<String, String> values, String named) {
    return FailingConfig.naming(BackendConfig.of("kit", values), named);
  }

  @Override
  public Map<Capability, String> gaps() {
    return Map.of(
        Capability.PAUSE, "a pod cannot be paused",
        Capability.READDRESS, "a pod keeps its address while it lives",
        Capability.RENAME, "the name of a pod is part of its identity");
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.delete(wrongToken);
  }
}
