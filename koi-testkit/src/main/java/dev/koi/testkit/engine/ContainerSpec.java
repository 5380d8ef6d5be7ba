package dev.koi.testkit.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a container is created from, in the words of the engine's {@code run} command. A spec is for
 * one container and is not changed after that has been created.
 */
public final class ContainerSpec {
  private static final Pattern PUBLISH =
      Pattern.compile("(?:(?:\\[?([0-9a-fA-F:.]*?)]?:)?(\\d*):)?(\\d+)(?:/(tcp|udp|sctp))?");

  final String name;
  final TreeMap<String, String> labels = new TreeMap<>();
  final List<String> env = new ArrayList<>();
  final List<Port> ports = new ArrayList<>();
  List<String> command = List.of("/bin/sleep", "300");
  List<String> aliases = List.of();
  String image = "busybox:1";
  String network = "";
  String restart = "";
  int retries;
  String pod = "";
  String healthcheck = "";
  boolean autoRemove;

  private ContainerSpec(String name) {
    this.name = requireNonNull(name, "name");
  }

  /** A container of this name from the image {@code busybox:1} on the default network. */
  public static ContainerSpec of(String name) {
    return new ContainerSpec(name);
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

  /** Publishes a tcp port on all host addresses; with host port 0 the engine chooses. */
  public ContainerSpec publish(int hostPort, int containerPort) {
    ports.add(new Port("", hostPort, containerPort, "tcp"));
    return this;
  }

  /**
   * Publishes a port as {@code -p} would: {@code 8080:80}, {@code 127.0.0.1:8080:80/udp}, {@code
   * [::1]:8080:80} or {@code 80}, not a range.
   */
  public ContainerSpec publish(String form) {
    Matcher m = PUBLISH.matcher(form);
    if (!m.matches()) {
      throw new IllegalArgumentException("cannot publish " + form + "; try 127.0.0.1:8080:80/tcp");
    }
    int hostPort = m.group(2) == null || m.group(2).isEmpty() ? 0 : Integer.parseInt(m.group(2));
    String hostIp = m.group(1) == null ? "" : m.group(1);
    String protocol = m.group(4) == null ? "tcp" : m.group(4);
    ports.add(new Port(hostIp, hostPort, Integer.parseInt(m.group(3)), protocol));
    return this;
  }

  /** Exposes a tcp port without publishing it. */
  public ContainerSpec expose(int containerPort) {
    ports.add(new Port("", Port.EXPOSED_ONLY, containerPort, "tcp"));
    return this;
  }

  /** Attaches to a network, made when first named; {@code host} and {@code none} are special. */
  public ContainerSpec network(String name, String... networkAliases) {
    network = requireNonNull(name, "name");
    aliases = List.of(networkAliases);
    return this;
  }

  /**
   * Puts the container into a pod, which is made when first named, with the ports and network of
   * its first container and with an infra container. Docker has none and ignores this.
   */
  public ContainerSpec pod(String name) {
    pod = requireNonNull(name, "name");
    return this;
  }

  /** Sets {@code always}, {@code unless-stopped}, {@code on-failure} or {@code on-failure:3}. */
  public ContainerSpec restart(String policy) {
    String[] parts = policy.split(":", 2);
    restart = parts[0];
    retries = parts.length < 2 ? 0 : Integer.parseInt(parts[1]);
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
  record Port(String hostIp, int hostPort, int containerPort, String protocol) {
    static final int EXPOSED_ONLY = -1;
    static final Comparator<Port> ORDER =
        Comparator.comparing(Port::hostIp).thenComparing(Port::hostPort);

    boolean published() {
      return hostPort != EXPOSED_ONLY;
    }

    /** Whether this and the other are adjacent on the host and in the container. */
    boolean follows(Port other) {
      return other != null
          && equals(new Port(other.hostIp, other.hostPort + 1, other.containerPort + 1, protocol))
          && protocol.equals(other.protocol);
    }

    String key() {
      return containerPort + "/" + protocol;
    }
  }
}
