package dev.koi.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.ContainerPort;
import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The JSON of real containers that Docker and Podman have reported, byte for byte. */
class GoldenJsonTest {

  @Test
  void equalFactsInAnyOrderGiveTheSameBytes() throws IOException {
    String golden = resource("golden.jsonl");
    assertThat(json(0)).isEqualTo(golden);
    for (int seed = 1; seed <= 5; seed++) {
      assertThat(json(seed)).isEqualTo(golden);
    }
  }

  /** Returns one line for each recording, its facts shuffled by the seed unless that is 0. */
  private static String json(int seed) throws IOException {
    Random random = new Random(seed);
    return Stream.of(resource("recordings.tsv").strip().split("\n\n"))
        .map(
            recording -> {
              List<String> lines = new ArrayList<>(recording.lines().toList());
              if (seed != 0) {
                Collections.shuffle(lines, random);
              }
              return WireFormat.json(List.of(instance(lines))) + "\n";
            })
        .collect(Collectors.joining());
  }

  private static Instance instance(List<String> lines) {
    Map<String, String> facts = new HashMap<>();
    Map<String, String> labels = new HashMap<>();
    List<ContainerPort> exposed = new ArrayList<>();
    List<PortMapping> ports = new ArrayList<>();
    List<Network> networks = new ArrayList<>();
    for (String line : lines) {
      String[] part = line.split("\t", -1);
      switch (part[0]) {
        case "label" -> labels.put(part[1], part[2]);
        case "exposed" -> exposed.add(new ContainerPort(port(part[1]), protocol(part[2])));
        case "port" ->
            ports.add(new PortMapping(port(part[3]), port(part[1]), protocol(part[2]), part[4]));
        case "network" ->
            networks.add(new Network(part[1], Arrays.asList(part).subList(2, part.length)));
        default -> facts.put(part[0], part[1]);
      }
    }
    String health = facts.getOrDefault("health", "none").toUpperCase(Locale.ROOT);
    return Instance.builder("edge-1", facts.get("id"), facts.get("name"))
        .image(facts.get("image"))
        .state(InstanceState.valueOf(facts.get("state").toUpperCase(Locale.ROOT)))
        .health(Health.valueOf(health))
        .startedAt(Instant.parse(facts.get("started")))
        .discoveredAt(Instant.EPOCH)
        .labels(labels)
        .exposedPorts(exposed)
        .ports(ports)
        .networks(networks)
        .build();
  }

  private static int port(String text) {
    return Integer.parseInt(text);
  }

  private static PortProtocol protocol(String text) {
    return PortProtocol.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = GoldenJsonTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
