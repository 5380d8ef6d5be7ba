package dev.koi.announce;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostInterfacesTest {

  @Test
  void linkLocalAddressesAreForWantOfOthersOfTheirFamily() throws Exception {
    assertThat(toAnnounce("169.254.1.1", "10.0.0.5", "10.0.0.6", "fe80::1"))
        .isEqualTo(addresses("10.0.0.5", "10.0.0.6", "fe80::1"));
    assertThat(toAnnounce("169.254.1.1", "2001:db8::5", "fe80::1"))
        .isEqualTo(addresses("169.254.1.1", "2001:db8::5"));
  }

  @Test
  void anAddressOfIpv6IsWrittenWithoutItsInterface() throws Exception {
    byte[] address = InetAddress.getByName("fe80::1").getAddress();
    InetAddress scoped = Inet6Address.getByAddress(null, address, 2);

    assertThat(HostInterfaces.addressesToAnnounce(List.of(scoped)))
        .singleElement()
        .extracting(InetAddress::getHostAddress)
        .isEqualTo("fe80:0:0:0:0:0:0:1");
  }

  @Test
  void loopbackAndUnknownInterfacesAreLeftOut() {
    assertThat(new HostInterfaces(List.of()).get()).extracting("name").doesNotContain("lo");
    assertThat(new HostInterfaces(List.of("nowhere0")).get()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "docker0, true",
    "docker_gwbridge, true",
    "br-4f1c2d, true",
    "veth1a2b, true",
    "podman1, true",
    "cni-podman0, true",
    "cni0, true",
    "virbr0, true",
    "br0, false", // a bridge that the host's owner has made leads to the network
    "eth0, false",
    "enp3s0, false",
    "wlan0, false",
    "bond0, false",
  })
  void bridgesOfContainersAreLeftOut(String name, boolean forContainers) {
    assertThat(HostInterfaces.isForContainers(name)).isEqualTo(forContainers);
  }

  private static List<InetAddress> toAnnounce(String... all) throws UnknownHostException {
    return HostInterfaces.addressesToAnnounce(addresses(all));
  }

  private static List<InetAddress> addresses(String... all) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String each : all) {
      addresses.add(InetAddress.getByName(each));
    }
    return addresses;
  }
}
