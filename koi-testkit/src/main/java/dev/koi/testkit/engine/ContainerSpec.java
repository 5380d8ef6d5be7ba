package dev.koi.testkit.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * What a container is to be created from, in the words of the engine's {@code run} command. A spec
 * may be changed and used again: the engine copies it.
 */
public final class ContainerSpec {
  private static final String PUBLISH_FORM =
      "publish must look like 8080:80, 127.0.0.1:8080:80/udp, [::1]:8080:80 or 80, but was ";

  final String name;
  final TreeMap<String, String> labels = new TreeMap<>();
  final List<String> env = new ArrayList<>();
  final List<PortRequest> ports = new ArrayList<>();
  final List<String> aliases = new ArrayList<>();
  List<String> command = List.of("/bin/sleep", "300");
  String image = "busybox:1";
  String network = "";
  String restart = "";
  String healthcheck = "";
  boolean autoRemove;

  private ContainerSpec(String name) {
    this.name = requireNonNull(name, "name");
  }

  /** A container of this name from an image {@code busybox:1} on the default network. */
  public static ContainerSpec of(String name) {
    return new ContainerSpec(name);
  }

  ContainerSpec copy() {
    ContainerSpec copy = new ContainerSpec(name);
    copy.labels.putAll(labels);
    copy.env.addAll(env);
    copy.ports.addAll(ports);
    copy.aliases.addAll(aliases);
    copy.command = command;
    copy.image = image;
    copy.network = network;
    copy.restart = restart;
    copy.healthcheck = healthcheck;
    copy.autoRemove = autoRemove;
    return copy;
  }

  public ContainerSpec image(String reference) {
    image = requireNonNull(reference, "reference");
    return this;
  }

  public ContainerSpec command(String... words) {
    command = List.of(words);
    return this;
  }

  public ContainerSpec label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  /** Adds an environment variable, written {@code KEY=value}. */
  public ContainerSpec env(String assignment) {
    env.add(requireNonNull(assignment, "assignment"));
    return this;
  }

  /** Publishes a tcp port on all host addresses; host port 0 lets the engine choose. */
  public ContainerSpec publish(int hostPort, int containerPort) {
    ports.add(new PortRequest("", hostPort, containerPort, "tcp"));
    return this;
  }

  /**
   * Publishes a port as {@code -p} would: {@code 8080:80}, {@code 127.0.0.1:8080:80/udp}, {@code
   * [::1]:8080:80}, or {@code 80} for a host port of the engine's choice. Ranges are not known.
   */
  public ContainerSpec publish(String form) {
    String[] parts = form.split("/", 2);
    String address = parts[0];
    int last = address.lastIndexOf(':');
    int first = last < 0 ? -1 : address.lastIndexOf(':', last - 1);
    try {
      String host = address.substring(first + 1, Math.max(last, first + 1));
      ports.add(
          new PortRequest(
              first < 0 ? "" : address.substring(0, first).replaceAll("[\\[\\]]", ""),
              host.isEmpty() ? 0 : Integer.parseInt(host),
              Integer.parseInt(address.substring(last + 1)),
              parts.length < 2 ? "tcp" : parts[1]));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PUBLISH_FORM + form, e);
    }
    return this;
  }

  /** Exposes a tcp port without publishing it. */
  public ContainerSpec expose(int containerPort) {
    ports.add(new PortRequest("", PortRequest.EXPOSED_ONLY, containerPort, "tcp"));
    return this;
  }

  /** Attaches to a network, made when first named; {@code host} and {@code none} are special. */
  public ContainerSpec network(String name, String... networkAliases) {
    network = requireNonNull(name, "name");
    aliases.addAll(Arrays.asList(networkAliases));
    return this;
  }

  /** {@code always}, {@code unless-stopped}, {@code on-failure} or {@code on-failure:3}. */
  public ContainerSpec restart(String policy) {
    restart = requireNonNull(policy, "policy");
    return this;
  }

  /** Gives the container a health, which is {@code starting} until the script says otherwise. */
  public ContainerSpec healthcheck(String shellCommand) {
    healthcheck = requireNonNull(shellCommand, "shellCommand");
    return this;
  }

  /** Removes the container when it ends. */
  public ContainerSpec autoRemove() {
    autoRemove = true;
    return this;
  }

  /** One {@code -p} or {@code --expose}; an empty host address means all of them. */
  record PortRequest(String hostIp, int hostPort, int containerPort, String protocol) {
    static final int EXPOSED_ONLY = -1;

    boolean published() {
      return hostPort != EXPOSED_ONLY;
    }

    String key() {
      return containerPort + "/" + protocol;
    }

    PortRequest onHostPort(int port) {
      return new PortRequest(hostIp, port, containerPort, protocol);
    }
  }
}
