package dev.koi.testkit.engine;

import dev.koi.testkit.engine.ContainerSpec.PortRequest;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** The present state of one container. Guarded by the world's lock; answers are made of copies. */
final class Container {
  final String id;
  final ContainerSpec spec;
  final Instant created;
  final TreeMap<String, Attachment> networks;
  String name;
  String status = "created";
  Instant started = Instant.EPOCH;
  Instant finished = Instant.EPOCH;
  int pid;
  int exitCode;
  int restartCount;
  int failingProbes;
  String health;
  List<PortRequest> ports;

  Container(String id, ContainerSpec spec, Instant created) {
    this.id = id;
    this.spec = spec;
    this.created = created;
    this.networks = new TreeMap<>();
    this.name = spec.name;
    this.ports = List.copyOf(spec.ports);
    this.health = spec.healthcheck.isEmpty() ? "" : "starting";
  }

  Container(Container other) {
    id = other.id;
    spec = other.spec;
    created = other.created;
    networks = new TreeMap<>(other.networks);
    name = other.name;
    status = other.status;
    started = other.started;
    finished = other.finished;
    pid = other.pid;
    exitCode = other.exitCode;
    restartCount = other.restartCount;
    failingProbes = other.failingProbes;
    health = other.health;
    ports = other.ports;
  }

  /** Whether there is a process: running or paused. */
  boolean up() {
    return status.equals("running") || status.equals("paused");
  }

  boolean sharesHostNetwork() {
    return spec.network.equals("host");
  }

  /** A place on a network; the address is empty on {@code host} and {@code none}. */
  record Attachment(
      String network, String networkId, String ip, int prefixLength, String gateway, String mac) {}
}
