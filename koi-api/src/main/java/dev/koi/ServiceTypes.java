package dev.koi;

import static java.util.Objects.requireNonNull;

/**
 * The DNS-SD service type of a port: the one in the label {@code koi.type}; else the one of the
 * service that usually listens on this port; else {@code _koi-managed}.
 *
 * <p>A service type names a transport: {@code _tcp}, or {@code _udp} for every other protocol,
 * including SCTP (RFC 6763, section 7). The label applies to the ports of the transport it names.
 */
public final class ServiceTypes {

  private ServiceTypes() {}

  /**
   * {@return the service type of a port of an instance}
   *
   * @param containerPort the port inside the container, 1 to 65535
   * @param protocol the transport protocol
   * @param metadata the instance's metadata
   */
  public static String of(int containerPort, PortProtocol protocol, KoiMetadata metadata) {
    String usual = usual(containerPort, requireNonNull(protocol, "protocol"));
    String transport = usual.substring(usual.lastIndexOf('.'));
    String label = metadata.serviceType().orElse("");
    return label.endsWith(transport) ? label : usual;
  }

  private static String usual(int port, PortProtocol protocol) {
    return switch (protocol) {
      case TCP -> tcp(port);
      case UDP -> udp(port);
      case SCTP -> "_koi-managed._udp"; // no usual service listens on SCTP
    };
  }

  private static String tcp(int port) {
    return switch (port) {
      case 22 -> "_ssh._tcp";
      case 25, 587 -> "_smtp._tcp";
      case 53 -> "_dns._tcp";
      case 80, 3000, 5000, 8000, 8080, 8888, 9000 -> "_http._tcp";
      case 143, 993 -> "_imap._tcp";
      case 389, 636 -> "_ldap._tcp";
      case 443, 8443 -> "_https._tcp";
      case 1883 -> "_mqtt._tcp";
      case 3100 -> "_loki._tcp";
      case 3306 -> "_mysql._tcp";
      case 3389 -> "_rdp._tcp";
      case 4222 -> "_nats._tcp";
      case 4317 -> "_otel-grpc._tcp";
      case 4318 -> "_otel-http._tcp";
      case 5432 -> "_postgresql._tcp";
      case 5672 -> "_amqp._tcp";
      case 5900 -> "_vnc._tcp";
      case 6379 -> "_redis._tcp";
      case 8384 -> "_syncthing._tcp";
      case 9042 -> "_cassandra._tcp";
      case 9090 -> "_prometheus._tcp";
      case 9092 -> "_kafka._tcp";
      case 9200 -> "_elasticsearch._tcp";
      case 16686 -> "_jaeger._tcp";
      case 26257 -> "_cockroachdb._tcp";
      case 27017 -> "_mongodb._tcp";
      default -> "_koi-managed._tcp";
    };
  }

  private static String udp(int port) {
    return switch (port) {
      case 53 -> "_dns._udp";
      case 1900 -> "_ssdp._udp";
      case 5353 -> "_mdns._udp";
      case 51820 -> "_wireguard._udp";
      default -> "_koi-managed._udp";
    };
  }
}
