package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
import org.junit.jupiter.api.Test;

/**
 * Instances made of what Docker and Podman said of real containers. {@code recordings.tsv} has the
 * facts in the order in which the engine told them.
 */
class GoldenInstancesTest {

  @Test
  void theSameFactsGiveTheSameText() {
    assertThat(render(recordings())).isEqualTo(resource("instances.txt"));
  }

  @Test
  void theOrderInWhichAnEngineTellsItsFactsDoesNotCount() {
    for (int seed = 1; seed <= 5; seed++) {
      Random random = new Random(seed);
      List<List<String>> recordings = recordings();
      recordings.forEach(lines -> Collections.shuffle(lines, random));
      assertThat(render(recordings)).isEqualTo(resource("instances.txt"));
    }
  }

  private static List<List<String>> recordings() {
    List<List<String>> recordings = new ArrayList<>();
    for (String recording : resource("recordings.tsv").split("\n\n", -1)) {
      recordings.add(new ArrayList<>(recording.lines().toList()));
    }
    return recordings;
  }

  private static String render(List<List<String>> recordings) {
    StringBuilder text = new StringBuilder();
    recordings.forEach(lines -> render(lines, text));
    return text.toString();
  }

  private static void render(List<String> lines, StringBuilder text) {
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
    Instance instance =
        Instance.builder("edge-1", facts.get("id"), facts.get("name"))
            .image(facts.get("image"))
            .state(InstanceState.valueOf(facts.get("state").toUpperCase(Locale.ROOT)))
            .health(Health.valueOf(facts.getOrDefault("health", "none").toUpperCase(Locale.ROOT)))
            .startedAt(Instant.parse(facts.get("started")))
            .labels(labels)
            .exposedPorts(exposed)
            .ports(ports)
            .networks(networks)
            .build();
    text.append("== ").append(facts.get("recording")).append('\n').append(instance).append('\n');
    text.append(instance.containerName()).append(' ').append(instance.image().orElseThrow());
    text.append(' ').append(instance.health().wireName());
    text.append(' ').append(instance.startedAt().orElseThrow()).append('\n');
    instance.compose().ifPresent(compose -> text.append(compose).append('\n'));
    instance.labels().forEach((k, v) -> text.append(k).append('=').append(v).append('\n'));
    text.append(instance.metadata()).append('\n');
    text.append("exposed ").append(instance.exposedPorts()).append('\n');
    text.append("ports ").append(instance.ports()).append('\n');
    for (PortMapping port : instance.ports()) {
      text.append(ServiceTypes.of(port.containerPort(), port.protocol(), instance.metadata()));
      text.append('\n');
    }
    text.append(instance.networks()).append(' ').append(instance.ips()).append("\n\n");
  }

  private static int port(String text) {
    return Integer.parseInt(text);
  }

  private static PortProtocol protocol(String text) {
    return PortProtocol.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static String resource(String name) {
    try (InputStream in = GoldenInstancesTest.class.getResourceAsStream("/golden/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
