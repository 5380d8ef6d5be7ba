package dev.koi.testkit.engine;

import dev.koi.testkit.engine.ContainerSpec.Port;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** The state of one container. Guarded by the world's lock; answers are made from copies. */
final class Container implements Cloneable {
  final String id;
  final ContainerSpec spec;
  final Instant created;
  TreeMap<String, Attachment> networks = new TreeMap<>();
  String name;
  String status = "created";
  Instant started = Instant.EPOCH;
  Instant finished = Instant.EPOCH;
  String health;
  List<Port> ports;
  int pid;
  int exitCode;
  int restartCount;
  int failingProbes;
  boolean interrupted;
  Pod pod; // null if it is in none

  Container(String id, ContainerSpec spec, Instant created) {
    this.id = id;
    this.spec = spec;
    this.created = created;
    this.name = spec.name;
    this.ports = List.copyOf(spec.ports);
    this.health = spec.healthcheck.isEmpty() ? "" : "starting";
  }

  Container copy() {
    try {
      Container copy = (Container) clone();
      copy.networks = new TreeMap<>(networks);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  boolean infra() {
    return pod != null && pod.infraId.equals(id);
  }

  /** Whether there is a process: running or paused. */
  boolean up() {
    return status.equals("running") || status.equals("paused");
  }

  boolean restarting() {
    return status.equals("restarting");
  }

  /** A pod, and the infra container whose network its other containers share. */
  record Pod(String id, String name, String infraId) {}

  /** A place on a network; on {@code host} and {@code none} there is no address. */
  record Attachment(
      String network, String networkId, String ip, int prefixLength, String gateway, String mac) {}
}
