package dev.koi.docker.instances;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.ContainerPort;
import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.Network;
import dev.koi.docker.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of real engines, cut to the fields that matter, and what they must be read as. */
class ContainerTest {

  private static final String ID = "a".repeat(64);

  @ParameterizedTest
  @ValueSource(strings = {"docker-20", "docker-26", "podman-4", "podman-5"})
  void whatRealEnginesAnsweredIsReadAsExpected(String engine) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : resource(engine + ".json").lines().toList()) {
      Matcher entry = Pattern.compile("\"([^\"]+)\": (\\{.*}),?").matcher(line);
      if (entry.matches()) {
        boolean row = entry.group(1).endsWith(".row");
        Container container = row ? row(entry.group(2)) : inspection(entry.group(2));
        lines.add(
            entry.group(1)
                + ": "
                + container
                    .instance(engine, container, "")
                    .map(ContainerTest::rendered)
                    .orElse("not present"));
      }
    }

    assertThat(lines).containsExactlyElementsOf(resource(engine + ".txt").lines().toList());
  }

  private static String rendered(Instance instance) {
    return String.format(
        "%s %s health=%s ports=%s exposed=%s networks=%s labels=%s",
        instance.state().wireName(),
        instance.containerName(),
        instance.health().wireName(),
        instance.ports(),
        instance.exposedPorts(),
        instance.networks().stream().map(network -> network.name() + network.ips()).toList(),
        instance.labels().keySet());
  }

  @Test
  void aContainerThatJoinedAnothersNetworkHasItsPortsAndNetworks() throws IOException {
    Container owner = recorded("docker-20", "net-container.op-nc1");
    Container guest = recorded("docker-20", "net-container.op-nc2");

    assertThat(guest.networkOwner()).contains(owner.id());
    Instance instance = guest.instance("docker", owner, "").orElseThrow();

    assertThat(instance.containerName()).isEqualTo("op-nc2");
    assertThat(instance.ports()).hasSize(2);
    assertThat(instance.ips()).containsExactly("172.17.0.2");
  }

  private static Container recorded(String engine, String name) throws IOException {
    String line =
        resource(engine + ".json")
            .lines()
            .filter(text -> text.startsWith("\"" + name + "\""))
            .findFirst()
            .orElseThrow();
    return inspection(line.replaceFirst("^\"[^\"]+\": ", "").replaceFirst(",$", ""));
  }

  /** As Podman 4.3.1 lists a container of a pod that joined two networks. */
  @Test
  void aRowOfPodmansOwnListTellsPodNetworksAndRangesOfPorts() throws IOException {
    Container row =
        row(
            """
            {"Command":["sleep","300"],"Id":"%s","Image":"localhost/web:1","IsInfra":false,
             "Labels":{"a":"b"},"Names":["web"],"Networks":["podman","shop"],"PodName":"cart",
             "Ports":[{"host_ip":"","container_port":80,"host_port":8080,"range":3,"protocol":"tcp"},
              {"host_ip":"127.0.0.1","container_port":53,"host_port":9000,"range":1,"protocol":"udp"}],
             "StartedAt":1795749224,"State":"paused","Status":""}
            """
                .formatted(ID));

    assertThat(row.membership().orElseThrow().pod()).isEqualTo("cart");
    assertThat(rendered(row.instance("podman", row, "cart").orElseThrow()))
        .isEqualTo(
            "paused web health=none ports=[127.0.0.1:9000->53/udp, 0.0.0.0:8080->80/tcp,"
                + " 0.0.0.0:8081->81/tcp, 0.0.0.0:8082->82/tcp]"
                + " exposed=[53/udp, 80/tcp, 81/tcp, 82/tcp] networks=[podman[], shop[]] labels=[a]");
  }

  @Test
  void anExposedRangeIsEveryPortOfIt() throws IOException {
    assertThat(
            inspected(
                    "{'Config':{'ExposedPorts':{'3306/tcp':{},'33060-33061/tcp':{},"
                        + "'10000-10002/udp':{},'9-7/tcp':{},'65535-65537/tcp':{}}}}")
                .exposedPorts())
        .extracting(ContainerPort::toString)
        .containsExactly(
            "3306/tcp", "10000/udp", "10001/udp", "10002/udp", "33060/tcp", "33061/tcp");
  }

  @ParameterizedTest
  @CsvSource({
    "'/shop/db,/db,/web/db', db",
    "'/db', db",
    "'db', db",
    "'/shop/db', shop/db",
    "'', aaaaaaaaaaaa"
  })
  void aLinksAliasIsNotTheName(String names, String name) throws IOException {
    String list =
        Stream.of(names.split(",")).map(text -> "'" + text + "'").collect(Collectors.joining(","));
    Container row = row("{'Id':'" + ID + "','State':'running','Names':[" + list + "]}");

    assertThat(row.instance("docker", row, "").orElseThrow().containerName()).startsWith(name);
  }

  @Test
  void ofCollectionsWithoutEndSoMuchIsKeptThatTheCutIsFlagged() throws IOException {
    String labels = many(100_000, "'l%d':'x'");
    String ports = many(60_000, "'%d/tcp':[{'HostPort':'80'}]");
    String networks = many(60_000, "'n%d':{'IPAddress':'10.0.0.1'}");
    Instance instance =
        inspected(
            "{'Config':{'Labels':{"
                + labels
                + "},'ExposedPorts':{'1-65535/tcp':{}}},'NetworkSettings':{'Ports':{"
                + ports
                + "},'Networks':{"
                + networks
                + "}}}");

    assertThat(instance.truncated()).isTrue();
    assertThat(instance.labels()).hasSize(256);
    assertThat(instance.ports()).hasSize(1024);
    assertThat(instance.exposedPorts()).hasSize(1024);
    assertThat(instance.networks()).hasSize(64);
  }

  private static String many(int count, String form) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(form::formatted)
        .collect(Collectors.joining(","));
  }

  @Test
  void oneTextOfManyMegabytesIsCutAndItsLabelKept() throws IOException {
    Instance instance =
        inspected("{'Config':{'Labels':{'a':'" + "x".repeat(20_000_000) + "','b':'c'}}}");

    assertThat(instance.truncated()).isTrue();
    assertThat(instance.labels().get("a")).hasSize(4096);
    assertThat(instance.labels()).containsEntry("b", "c");
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
    assertThat(inspected("{'State':{'Status':'dreaming','Running':true}}").state())
        .isEqualTo(InstanceState.UNKNOWN);
    Container asleep = inspection("{'Id':'" + ID + "','State':{'Status':'dreaming'}}");
    assertThat(asleep.instance("docker", asleep, "")).isEmpty();
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
  private static Instance inspected(String answer) throws IOException {
    String fields = answer.substring(1, answer.length() - 1);
    String state = "{'Id':'" + ID + "','State':{'Status':'running'}";
    Container container = inspection(state + (fields.isEmpty() ? "}" : "," + fields + "}"));
    return container.instance("docker", container, "").orElseThrow();
  }

  private static Container inspection(String answer) throws IOException {
    return Container.inspected(reader(answer));
  }

  private static Container row(String answer) throws IOException {
    Json json = reader(answer);
    assertThat(json.next()).isTrue();
    return Container.row(json);
  }

  private static Json reader(String answer) throws IOException {
    byte[] bytes = answer.replace('\'', '"').getBytes(UTF_8);
    return new Json(new ByteArrayInputStream(bytes), Long.MAX_VALUE);
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = ContainerTest.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), UTF_8);
    }
  }
}
