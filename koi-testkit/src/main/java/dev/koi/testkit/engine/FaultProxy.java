package dev.koi.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Relays bytes between its own unix socket and that of an engine, simulated or real, and breaks
 * connections as a frozen engine or a bad proxy does. A setting applies to present and future
 * connections. An end of file from one side closes both. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int UNLIMITED = 1 << 16;

  private final Path socket;
  private final Path engine;
  private final List<Connection> open = new CopyOnWriteArrayList<>();
  private final Map<Direction, Integer> rates = new EnumMap<>(Direction.class); // guarded by this
  private ServerSocketChannel listening; // guarded by this
  private Thread accepting = new Thread(); // of the last accept(); guarded by this

  /** Which way bytes go. */
  public enum Direction {
    TO_ENGINE,
    TO_CLIENT
  }

  private FaultProxy(Path socket, Path engine) {
    this.socket = socket;
    this.engine = engine;
    resume();
    accept();
  }

  /** Listens on the first socket for the engine behind the second. */
  public static FaultProxy start(Path socket, Path engine) {
    return new FaultProxy(socket, engine);
  }

  public Path socket() {
    return socket;
  }

  /** How many connections are open. */
  public int connections() {
    return open.size();
  }

  /** Relays this many bytes a second on each connection, 1 to 65535. */
  public synchronized void throttle(Direction direction, int bytesPerSecond) {
    rates.put(direction, bytesPerSecond);
    notifyAll();
  }

  /** Relays nothing, so that the engine seems to accept and never to answer. */
  public void stall(Direction direction) {
    throttle(direction, 0);
  }

  /** Relays everything again, held bytes first. */
  public void resume() {
    throttle(Direction.TO_ENGINE, UNLIMITED);
    throttle(Direction.TO_CLIENT, UNLIMITED);
  }

  /** Ends one direction of all connections; the other stays open. */
  public void halfClose(Direction direction) {
    open.forEach(connection -> connection.end(direction));
  }

  /**
   * Closes all connections. The kernel makes it a reset for a side whose bytes wait unread, as
   * those of a connection made during a {@link #stall} do, and an end of file for others.
   */
  public void cut() {
    open.forEach(Connection::close);
  }

  /** Accepts connections again after {@link #refuse} or {@link #ignore}. */
  public synchronized void accept() {
    ServerSocketChannel server = listen(50);
    accepting = startThread("accept", () -> acceptAll(server));
  }

  /** Refuses new connections: the socket exists, but nothing listens on it. */
  public synchronized void refuse() {
    stopListening();
  }

  /** Accepts no new connection; about one waits in the backlog. */
  public synchronized void ignore() {
    var unused = listen(1);
  }

  /** Closes everything and removes the socket. */
  @Override
  public synchronized void close() {
    stopListening();
    cut();
    resume();
    socket.toFile().delete();
  }

  /** Returns when no connection is possible any more: a blocked accept() keeps the socket open. */
  private void stopListening() {
    close(listening);
    try {
      accepting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ServerSocketChannel listen(int backlog) {
    stopListening();
    try {
      Files.deleteIfExists(socket);
      listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      return listening.bind(UnixDomainSocketAddress.of(socket), backlog);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + socket, e);
    }
  }

  private void acceptAll(ServerSocketChannel server) throws IOException {
    while (true) {
      SocketChannel client = server.accept();
      try {
        Connection connection =
            new Connection(client, SocketChannel.open(UnixDomainSocketAddress.of(engine)));
        open.add(connection);
        startThread("up", () -> connection.relay(Direction.TO_ENGINE));
        startThread("down", () -> connection.relay(Direction.TO_CLIENT));
      } catch (IOException e) {
        client.close(); // no engine there
      }
    }
  }

  /** Waits while the direction is stalled; returns how many bytes may go now. */
  private synchronized int allowance(Direction direction, SocketChannel to)
      throws InterruptedException {
    while (rates.get(direction) == 0 && to.isOpen()) {
      wait();
    }
    return rates.get(direction);
  }

  private static Thread startThread(String role, Relay relay) {
    Thread thread =
        new Thread(
            () -> {
              try {
                relay.run();
              } catch (IOException | InterruptedException e) {
                // closed by either side or by the proxy: the way these threads end
              }
            },
            "koi-fault-proxy-" + role);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void close(AutoCloseable channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException("cannot close " + channel, e);
    }
  }

  private interface Relay {
    void run() throws IOException, InterruptedException;
  }

  private final class Connection implements AutoCloseable {
    private final SocketChannel client;
    private final SocketChannel engine;

    Connection(SocketChannel client, SocketChannel engine) {
      this.client = client;
      this.engine = engine;
    }

    void relay(Direction direction) throws IOException, InterruptedException {
      SocketChannel from = direction == Direction.TO_ENGINE ? client : engine;
      SocketChannel to = direction == Direction.TO_ENGINE ? engine : client;
      ByteBuffer buffer = ByteBuffer.allocate(UNLIMITED);
      try {
        while (from.read(buffer.clear().limit(Math.max(1, allowance(direction, to)))) >= 0) {
          buffer.flip();
          while (buffer.hasRemaining()) {
            int allowed = allowance(direction, to);
            int limit = buffer.limit();
            to.write(buffer.limit(Math.min(limit, buffer.position() + allowed)));
            buffer.limit(limit);
            if (allowed < UNLIMITED) {
              Thread.sleep(1000);
            }
          }
        }
      } finally {
        close();
      }
    }

    void end(Direction direction) {
      try {
        (direction == Direction.TO_ENGINE ? engine : client).shutdownOutput();
      } catch (IOException e) {
        close();
      }
    }

    @Override
    public void close() {
      open.remove(this);
      FaultProxy.close(client);
      FaultProxy.close(engine);
      synchronized (FaultProxy.this) {
        FaultProxy.this.notifyAll();
      }
    }
  }
}
