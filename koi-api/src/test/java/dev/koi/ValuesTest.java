package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small values that an instance is made of. */
class ValuesTest {

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aPortOutOfRangeIsRefused(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PortMapping(port, 80, PortProtocol.TCP, "::"))
        .withMessage("host_port must be in 1..65535 but was " + port);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PortMapping(80, port, PortProtocol.TCP, "::"))
        .withMessage("container_port must be in 1..65535 but was " + port);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContainerPort(port, PortProtocol.TCP))
        .withMessage("port must be in 1..65535 but was " + port);
  }

  @Test
  void theFirstAndTheLastPortAreAccepted() {
    assertThat(new ContainerPort(1, PortProtocol.SCTP)).hasToString("1/sctp");
    assertThat(new PortMapping(65_535, 1, PortProtocol.UDP, "127.0.0.1"))
        .hasToString("127.0.0.1:65535->1/udp");
    assertThat(new PortMapping(1, 65_535, PortProtocol.TCP, "::1"))
        .hasToString("[::1]:1->65535/tcp");
    assertThat(new PortMapping(1, 2, PortProtocol.TCP, ":")).hasToString("[:]:1->2/tcp");
  }

  @Test
  void aPortWithoutAProtocolIsRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> new ContainerPort(80, null))
        .withMessage("protocol");
    assertThatNullPointerException()
        .isThrownBy(() -> new PortMapping(80, 80, null, "::"))
        .withMessage("protocol");
    assertThatNullPointerException()
        .isThrownBy(() -> new PortMapping(80, 80, PortProtocol.TCP, null))
        .withMessage("hostIp");
  }

  @Test
  void portMappingsAreOrderedByContainerPortProtocolHostPortAndHostAddress() {
    assertOrder(
        List.of(
            new PortMapping(9, 79, PortProtocol.UDP, "b"),
            new PortMapping(9, 80, PortProtocol.TCP, "b"),
            new PortMapping(8, 80, PortProtocol.UDP, "b"),
            new PortMapping(9, 80, PortProtocol.UDP, "a"),
            new PortMapping(9, 80, PortProtocol.UDP, "b"),
            new PortMapping(1, 80, PortProtocol.SCTP, "a")));
  }

  @Test
  void containerPortsAreOrderedByPortAndProtocol() {
    assertOrder(
        List.of(
            new ContainerPort(9, PortProtocol.SCTP),
            new ContainerPort(80, PortProtocol.TCP),
            new ContainerPort(80, PortProtocol.UDP)));
  }

  @Test
  void networksAreOrderedByNameAndAddresses() {
    assertOrder(
        List.of(
            new Network("a", List.of("9")),
            new Network("b", List.of()),
            new Network("b", List.of("1")),
            new Network("b", List.of("1", "2")),
            new Network("b", List.of("1, 2")),
            new Network("b", List.of("2"))));
  }

  private static <T extends Comparable<T>> void assertOrder(List<T> ascending) {
    for (int i = 0; i < ascending.size(); i++) {
      for (int j = 0; j < ascending.size(); j++) {
        assertThat(Integer.signum(ascending.get(i).compareTo(ascending.get(j))))
            .as("%s and %s", ascending.get(i), ascending.get(j))
            .isEqualTo(Integer.compare(i, j));
      }
    }
  }

  @Test
  void aNetworkSortsItsAddressesAndDropsDuplicates() {
    assertThat(new Network("n", List.of("b", "a", "b")).ips()).containsExactly("a", "b");
    assertThat(Network.of("n", Set.of("b", "a"))).isEqualTo(new Network("n", List.of("a", "b")));
    assertThatNullPointerException()
        .isThrownBy(() -> Network.of(null, Set.of()))
        .withMessage("name");
  }

  @Test
  void composeRefusesNull() {
    assertThatNullPointerException().isThrownBy(() -> new Compose(null, "web", 1, false));
    assertThatNullPointerException().isThrownBy(() -> new Compose("shop", null, 1, false));
  }

  @Test
  void wireNamesAreLowerCase() {
    assertThat(PortProtocol.SCTP.wireName()).isEqualTo("sctp");
    assertThat(Health.UNHEALTHY.wireName()).isEqualTo("unhealthy");
    assertThat(InstanceState.RESTARTING.wireName()).isEqualTo("restarting");
  }

  @Test
  void allButAStoppedInstanceArePresent() {
    assertThat(InstanceState.values())
        .filteredOn(InstanceState::present)
        .containsExactly(
            InstanceState.RUNNING,
            InstanceState.PAUSED,
            InstanceState.RESTARTING,
            InstanceState.UNKNOWN);
  }

  @Test
  void aProblemIsCut() {
    LabelProblem problem = new LabelProblem("k".repeat(129), "v".repeat(79) + "😀", "no");
    assertThat(problem.key()).isEqualTo("k".repeat(128));
    assertThat(problem.value()).isEqualTo("v".repeat(79));
    assertThat(new LabelProblem("k".repeat(128) + "token", "v", "no").value()).isEqualTo("***");
    assertThatNullPointerException().isThrownBy(() -> new LabelProblem("k", "v", null));
  }
}
