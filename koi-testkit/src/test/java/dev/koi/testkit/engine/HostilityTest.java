package dev.koi.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HostilityTest {

  private static final int MUCH = 1 << 20;

  @TempDir Path directory;

  /** What does not end sends much; lifting it ends even that. */
  @ParameterizedTest
  @EnumSource(
      value = Hostility.class,
      mode = EnumSource.Mode.MATCH_ALL,
      names = "(ENDLESS|MANY|LONG|DEEP|CROWD|LIST_OF).*")
  void whatIsHostileSendsMuchUntilItIsLifted(Hostility hostility) throws IOException {
    try (SimulatedEngine engine =
        SimulatedEngine.start(Dialect.DOCKER_28, directory.resolve("engine"))) {
      String id = engine.run(ContainerSpec.of("web"));
      Fault fault = engine.faults().attack(hostility);
      Endpoint[] endpoints = hostility.endpoints();
      Endpoint endpoint = endpoints.length == 0 ? Endpoint.PING : endpoints[0];
      String path =
          switch (endpoint) {
            case LIST -> "/containers/json";
            case INSPECT -> "/containers/" + id + "/json";
            case EVENTS -> "/events";
            default -> "/_ping";
          };
      try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(engine.socket()))) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        int received = 0;
        while (received < MUCH) {
          int read = client.read(buffer.clear());
          assertThat(read).as("after %d bytes", received).isPositive();
          received += read;
        }
        fault.lift();
        while (client.read(buffer.clear()) > 0) {
          received += buffer.position();
        }
      }
      assertThat(fault.hits()).isEqualTo(1);
    }
  }
}
