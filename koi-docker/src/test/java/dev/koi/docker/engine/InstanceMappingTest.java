package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of real engines, cut to the fields that matter, and what they must be read as. */
class InstanceMappingTest {

  private static final String ID = "a".repeat(64);

  private final JsonMapper json = new JsonMapper();

  @ParameterizedTest
  @ValueSource(strings = {"docker-20", "docker-26", "podman-4", "podman-5"})
  void whatRealEnginesAnsweredIsReadAsExpected(String engine) throws IOException {
    InstanceMapping mapping = mapping(engine);
    String actual =
        json.readTree(resource(engine + ".json")).properties().stream()
            .map(
                entry ->
                    entry.getKey() + ": " + rendered(mapping, entry.getKey(), entry.getValue()))
            .collect(Collectors.joining("\n", "", "\n"));

    assertThat(actual).isEqualTo(resource(engine + ".txt"));
  }

  private static String rendered(InstanceMapping mapping, String name, JsonNode answer) {
    try {
      Optional<Instance> instance =
          name.endsWith(".row")
              ? mapping.fromRow(answer)
              : mapping.fromInspection(answer, answer, Optional.empty());
      return instance.map(InstanceMappingTest::rendered).orElse("not present");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String rendered(Instance instance) {
    return String.format(
        "%s %s health=%s ports=%s exposed=%s networks=%s labels=%s",
        instance.state().wireName(),
        instance.containerName(),
        instance.health().wireName(),
        instance.ports(),
        instance.exposedPorts(),
        instance.networks().stream().map(InstanceMappingTest::rendered).toList(),
        instance.labels().keySet());
  }

  private static String rendered(Network network) {
    return network.name() + network.ips();
  }

  @Test
  void aContainerThatJoinedAnothersNetworkHasItsPortsAndNetworks() throws IOException {
    JsonNode answers = json.readTree(resource("docker-20.json"));
    JsonNode owner = answers.path("net-container.op-nc1");
    JsonNode guest = answers.path("net-container.op-nc2");
    InstanceMapping mapping = mapping("docker-20");

    assertThat(InstanceMapping.networkOwner(guest)).contains(owner.path("Id").asText());
    Instance instance = mapping.fromInspection(guest, owner, Optional.empty()).orElseThrow();

    assertThat(instance.containerName()).isEqualTo("op-nc2");
    assertThat(instance.ports()).hasSize(2);
    assertThat(instance.ips()).containsExactly("172.17.0.2");
  }

  @Test
  void bothFamiliesOfAddressesAreTaken() throws IOException {
    Instance instance =
        inspected(
            "{'State':{'Status':'running'},'NetworkSettings':{'Networks':{'six':{'IPAddress':"
                + "'10.0.0.2','GlobalIPv6Address':'fd00::2'}}}}");

    assertThat(instance.networks())
        .containsExactly(Network.of("six", List.of("10.0.0.2", "fd00::2")));
  }

  @Test
  void theYearOneIsNoStart() throws IOException {
    assertThat(
            inspected("{'State':{'Status':'restarting','StartedAt':'0001-01-01T00:00:00Z'}}")
                .startedAt())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'Config':null,'State':{'Health':null},'NetworkSettings':null,'HostConfig':null}",
        "{'Config':[],'NetworkSettings':7,'HostConfig':true,'Name':{}}",
        "{'Config':{'Labels':[1],'Env':{'A':'b'},'ExposedPorts':['80/tcp']}}",
        "{'Config':{'Labels':{'a':null,'b':7},'Env':[null,7],'ExposedPorts':{'x':1,'0/tcp':1,'70000/udp':1}}}",
        "{'NetworkSettings':{'Ports':{'80/tcp':{'HostPort':'1'},'81/tcp':['x'],'82/tcp':[{}],"
            + "'83/icmp':[{'HostPort':'1'}],'84':[{'HostPort':''}],'85/tcp':[{'HostPort':'x'}]}}}",
        "{'NetworkSettings':{'Networks':{'a':null,'b':'x'}}}",
        "{'State':{'StartedAt':'yesterday','Health':'fine'}}"
      })
  void whatHasAnotherShapeCountsAsNotThere(String answer) throws IOException {
    Instance instance = inspected(answer);

    assertThat(instance.ports()).isEmpty();
    assertThat(instance.health()).isEqualTo(Health.NONE);
    assertThat(instance.startedAt()).isEmpty();
    assertThat(instance.labels()).isEmpty();
  }

  @Test
  void aStateThatNobodyKnowsIsPresentIfTheProcessRuns() throws IOException {
    assertThat(InstanceMapping.state("dreaming", true)).contains(InstanceState.UNKNOWN);
    assertThat(InstanceMapping.state("dreaming", false)).isEmpty();
  }

  @Test
  void anAnswerWithoutAnIdIsRefused() {
    assertThatThrownBy(() -> mapping("docker-20").fromRow(json.readTree("{\"State\":\"running\"}")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("without an id");
  }

  @Test
  void environmentCommandAndMountsAreNotKept() throws IOException {
    Instance instance =
        inspected(
            "{'State':{'Status':'running'},'Config':{'Env':['KOI_MDNS_ANNOUNCE=web','PASSWORD=canary'],"
                + "'Cmd':['--password','canary']},'Mounts':[{'Source':'/canary'}]}");

    assertThat(instance)
        .usingRecursiveAssertion()
        .allFieldsSatisfy(value -> !String.valueOf(value).contains("canary"));
  }

  /** Reads an answer about a container that runs, unless the answer says otherwise. */
  private Instance inspected(String answer) throws IOException {
    ObjectNode node = (ObjectNode) json.readTree(answer.replace('\'', '"'));
    node.put("Id", ID);
    if (!node.path("State").has("Status")) {
      node.withObject("/State").put("Status", "running");
    }
    return mapping("docker-20").fromInspection(node, node, Optional.empty()).orElseThrow();
  }

  private static InstanceMapping mapping(String engine) {
    String dialect = engine.substring(0, engine.indexOf('-'));
    return new InstanceMapping(dialect, EngineDialect.valueOf(dialect.toUpperCase(Locale.ROOT)));
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = InstanceMappingTest.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), UTF_8);
    }
  }
}
