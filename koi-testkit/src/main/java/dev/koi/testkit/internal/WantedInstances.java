package dev.koi.testkit.internal;

import dev.koi.ContainerPort;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.testkit.BackendFixture;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The instances that one claim asks a fixture for, with names that no other claim uses. */
final class WantedInstances {

  private static final Map<String, String> LABELS =
      Map.of(
          "kit.plain", "plain",
          "kit.empty", "",
          "kit.quotes", "a=b,c=\"d\";e='f'\\g",
          "kit.lines", "one\ntwo\tthree",
          "kit.scripts", "ünïcödé \u65e5\u672c \ud83d\udc1f",
          "kit.json", "{\"list\":[1,null]}",
          "Kit/Odd-Key.x_y", "$HOME `id` %s ${x}");

  private final BackendFixture fixture;
  private final Consumer<String> partly;
  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final AtomicInteger names = new AtomicInteger();

  /** Reports to {@code partly} which labels this runtime cannot have. */
  WantedInstances(BackendFixture fixture, Consumer<String> partly) {
    this.fixture = fixture;
    this.partly = partly;
  }

  String name() {
    return "kit-%s-%d".formatted(run, names.incrementAndGet());
  }

  WantedInstance plain() {
    return plain(false);
  }

  /** Returns an instance with a health check. */
  WantedInstance checked() {
    return plain(true);
  }

  private WantedInstance plain(boolean healthCheck) {
    return new WantedInstance(
        name(),
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        "kit",
        healthCheck,
        ConcurrentHashMap.newKeySet());
  }

  /** Returns everything that an instance may have, but for a health check. */
  WantedInstance elaborate() throws IOException {
    int both = freePort();
    List<PortMapping> ports =
        List.of(
            new PortMapping(freePort(), 5353, PortProtocol.TCP, "127.0.0.1"),
            new PortMapping(freePort(), 5353, PortProtocol.UDP, "127.0.0.1"),
            new PortMapping(both, 8080, PortProtocol.TCP, "127.0.0.1"),
            new PortMapping(both, 8080, PortProtocol.TCP, "127.0.0.2"));
    return new WantedInstance(
        name(),
        possibleLabels(),
        ports,
        List.of(
            new ContainerPort(9090, PortProtocol.TCP), new ContainerPort(9091, PortProtocol.TCP)),
        List.of("kit-" + run + "-a", "kit-" + run + "-b"),
        Map.of("KIT_SECRET", "canary-environment-" + run),
        "canary-argument-" + run,
        false,
        ConcurrentHashMap.newKeySet());
  }

  private Map<String, String> possibleLabels() {
    Map<String, String> labels = new HashMap<>(LABELS);
    labels.entrySet().removeIf(label -> !fixture.canHaveLabel(label.getKey(), label.getValue()));
    if (labels.size() < LABELS.size()) {
      Set<String> impossible = new TreeSet<>(LABELS.keySet());
      impossible.removeAll(labels.keySet());
      partly.accept("this runtime cannot have the labels " + impossible);
    }
    return labels;
  }

  private static int freePort() throws IOException {
    try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        DatagramSocket udp =
            new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress())) {
      return udp.getLocalPort();
    }
  }
}
