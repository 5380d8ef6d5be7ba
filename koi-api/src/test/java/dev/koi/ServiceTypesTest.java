package dev.koi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceTypesTest {

  private static final KoiMetadata NONE = KoiMetadata.from(Map.of(), List.of());

  @ParameterizedTest
  @CsvSource({
    "_http._tcp,          80 3000 5000 8000 8080 8888 9000",
    "_https._tcp,         443 8443",
    "_mysql._tcp,         3306",
    "_postgresql._tcp,    5432",
    "_redis._tcp,         6379",
    "_mongodb._tcp,       27017",
    "_cassandra._tcp,     9042",
    "_cockroachdb._tcp,   26257",
    "_mqtt._tcp,          1883",
    "_amqp._tcp,          5672",
    "_kafka._tcp,         9092",
    "_nats._tcp,          4222",
    "_prometheus._tcp,    9090",
    "_loki._tcp,          3100",
    "_otel-grpc._tcp,     4317",
    "_otel-http._tcp,     4318",
    "_elasticsearch._tcp, 9200",
    "_jaeger._tcp,        16686",
    "_dns._tcp,           53",
    "_ssh._tcp,           22",
    "_smtp._tcp,          25 587",
    "_imap._tcp,          143 993",
    "_ldap._tcp,          389 636",
    "_vnc._tcp,           5900",
    "_rdp._tcp,           3389",
    "_syncthing._tcp,     8384",
    "_koi-managed._tcp,   1 79 81 5353 51820 65535",
    "_dns._udp,           53",
    "_mdns._udp,          5353",
    "_ssdp._udp,          1900",
    "_wireguard._udp,     51820",
    "_koi-managed._udp,   1 80 443 65535",
  })
  void aPortHasItsUsualServiceType(String type, String ports) {
    PortProtocol protocol = type.endsWith("_tcp") ? PortProtocol.TCP : PortProtocol.UDP;
    assertThat(Stream.of(ports.split(" ", -1)).map(Integer::valueOf))
        .allSatisfy(port -> assertThat(ServiceTypes.of(port, protocol, NONE)).isEqualTo(type));
  }

  @Test
  void theTableHasNoOtherPorts() {
    assertThat(usualPorts(PortProtocol.TCP)).isEqualTo(36);
    assertThat(usualPorts(PortProtocol.UDP)).isEqualTo(4);
    assertThat(usualPorts(PortProtocol.SCTP)).isZero();
  }

  private static long usualPorts(PortProtocol protocol) {
    return IntStream.rangeClosed(1, 65_535)
        .filter(port -> !ServiceTypes.of(port, protocol, NONE).startsWith("_koi-managed."))
        .count();
  }

  @ParameterizedTest
  @EnumSource
  void everyServiceTypeIsOneThatALabelMayName(PortProtocol protocol) {
    assertThat(IntStream.rangeClosed(1, 65_535).mapToObj(p -> ServiceTypes.of(p, protocol, NONE)))
        .allSatisfy(type -> assertThat(LabelRules.serviceType(type)).isEqualTo(type));
  }

  @Test
  void aLabelCountsForThePortsOfItsTransport() {
    KoiMetadata tcp = KoiMetadata.from(Map.of("koi.type", "_ipp._tcp"), List.of());
    assertThat(ServiceTypes.of(80, PortProtocol.TCP, tcp)).isEqualTo("_ipp._tcp");
    assertThat(ServiceTypes.of(1, PortProtocol.TCP, tcp)).isEqualTo("_ipp._tcp");
    assertThat(ServiceTypes.of(53, PortProtocol.UDP, tcp)).isEqualTo("_dns._udp");
    KoiMetadata udp = KoiMetadata.from(Map.of("koi.type", "_ipp._udp"), List.of());
    assertThat(ServiceTypes.of(53, PortProtocol.UDP, udp)).isEqualTo("_ipp._udp");
    assertThat(ServiceTypes.of(9, PortProtocol.SCTP, udp)).isEqualTo("_ipp._udp");
    assertThat(ServiceTypes.of(80, PortProtocol.TCP, udp)).isEqualTo("_http._tcp");
  }

  @Test
  void sctpIsAnnouncedAsUdpWhichStandsForAllOtherTransports() {
    assertThat(ServiceTypes.of(53, PortProtocol.SCTP, NONE)).isEqualTo("_koi-managed._udp");
  }
}
