package dev.koi.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server on a unix socket. */
class UnixSocketTest {

  @TempDir Path directory;
  private Path socket;

  @BeforeEach
  void name() {
    socket = directory.resolve("koi.sock");
  }

  private TestServer start(Map<String, ?> more) throws Exception {
    Map<String, Object> settings = new TreeMap<>(more);
    settings.put("socket", socket.toString());
    return TestServer.start(settings);
  }

  private String get() throws Exception {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      String request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
      return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    }
  }

  @Test
  void itAnswersAndIsRemovedAtTheEnd() throws Exception {
    try (TestServer server = start(Map.of())) {
      assertThat(server.server().address()).isEqualTo("unix://" + socket);
      assertThat(get()).startsWith("HTTP/1.1 200");
    }
    assertThat(socket).doesNotExist();
  }

  @Test
  void onlyItsOwnerAndItsGroupCanConnect() throws Exception {
    String group = Files.readAttributes(directory, PosixFileAttributes.class).group().getName();
    try (TestServer server = start(Map.of("socket-group", group))) {
      assertThat(server.koi().isClosed()).isFalse();
      PosixFileAttributes attributes = Files.readAttributes(socket, PosixFileAttributes.class);
      assertThat(PosixFilePermissions.toString(attributes.permissions())).isEqualTo("rw-rw----");
      assertThat(attributes.group().getName()).isEqualTo(group);
    }
    try (TestServer server = start(Map.of("socket-mode", "600"))) {
      assertThat(server.koi().isClosed()).isFalse();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void anUnknownGroupEndsTheStart() {
    assertThatThrownBy(() -> start(Map.of("socket-group", "no-such-group")))
        .as("a mistake in the settings")
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("koi.serve.socket-group: there is no group 'no-such-group'");
    assertThat(socket).doesNotExist();
  }

  @Test
  void aSocketThatAKilledServerHasLeftIsReplaced() throws Exception {
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();

    try (TestServer server = start(Map.of())) {
      assertThat(server.koi().isClosed()).isFalse();
      assertThat(get()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void aSocketInUseAndAFileStay() throws Exception {
    try (TestServer server = start(Map.of())) {
      assertThatThrownBy(
              () ->
                  KoiServer.start(
                      server.koi(), TestServer.settings(Map.of("socket", socket.toString()))))
          .hasMessage("koi.serve.socket: another process listens on " + socket);
      assertThat(get()).startsWith("HTTP/1.1 200");
    }
    Files.writeString(socket, "precious");
    assertThatThrownBy(() -> start(Map.of()))
        .hasMessage("koi.serve.socket: " + socket + " is there, and is no socket");
    assertThat(socket).hasContent("precious");
  }
}
