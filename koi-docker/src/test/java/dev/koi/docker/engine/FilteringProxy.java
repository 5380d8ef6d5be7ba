package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * A proxy between two unix sockets that lets GET requests for the allowed parts of an engine's API
 * through, and answers 403 to all else: as those proxies do that people put in front of an engine.
 */
public final class FilteringProxy implements AutoCloseable {

  /** What is allowed when a person switches CONTAINERS on; the others are on by themselves. */
  public static final Set<String> CONTAINERS_ONLY =
      Set.of("PING", "VERSION", "EVENTS", "CONTAINERS");

  private static final Map<String, String> PATHS =
      Map.of(
          "PING", "_ping",
          "VERSION", "version",
          "EVENTS", "events",
          "CONTAINERS", "(libpod/)?containers/json|containers/[a-f0-9]{12,64}/json");

  private final Path socket;
  private final UnixDomainSocketAddress engine;
  private final String allowed;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  /** Listens on that socket, in front of that engine's. */
  public static FilteringProxy start(Path socket, Path engine, Set<String> permissions)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    FilteringProxy proxy = new FilteringProxy(socket, engine, permissions, server);
    proxy.run(proxy::accept);
    return proxy;
  }

  private FilteringProxy(
      Path socket, Path engine, Set<String> permissions, ServerSocketChannel server) {
    this.socket = socket;
    this.engine = UnixDomainSocketAddress.of(engine);
    this.server = server;
    allowed =
        permissions.stream()
            .map(PATHS::get)
            .collect(Collectors.joining("|", "GET /(v[0-9.]{3,5}/)?(", ")(\\?.*)? HTTP/1\\.1"));
  }

  /** Returns the first lines of the requests that were refused. */
  public List<String> refused() {
    return refused;
  }

  private void accept() throws IOException {
    while (true) {
      SocketChannel client = server.accept();
      open.add(client);
      run(() -> serve(client));
    }
  }

  /** Serves one request; the connection is then closed, so that nothing need be understood. */
  private void serve(SocketChannel client) throws IOException {
    try (client) {
      String head = head(client);
      String request = head.lines().findFirst().orElse("");
      if (!request.matches(allowed)) {
        if (!request.isEmpty()) {
          refused.add(request);
        }
        write(client, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
      }
      try (SocketChannel upstream = SocketChannel.open(engine)) {
        open.add(upstream);
        write(upstream, head.replaceFirst("\r\n", "\r\nConnection: close\r\n"));
        run(
            () -> {
              try (upstream) {
                head(client); // to the client's end
              }
            });
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (upstream.read(buffer.clear()) >= 0) {
          write(client, buffer.flip());
        }
      }
    } finally {
      open.removeIf(channel -> !channel.isOpen());
    }
  }

  private static String head(SocketChannel channel) throws IOException {
    ByteBuffer next = ByteBuffer.allocate(1);
    StringBuilder head = new StringBuilder();
    while (channel.read(next.clear()) > 0) {
      head.append((char) next.flip().get());
      if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
        return head.toString();
      }
    }
    return "";
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    write(channel, ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
  }

  private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private void run(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // closed, by either side
              }
            },
            "filtering-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** Cuts every connection, and listens no more. */
  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel channel : open) {
      channel.close();
    }
    Files.deleteIfExists(socket);
  }
}
