package dev.koi.fleet;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Relays bytes between its own port and a server, and breaks or stalls connections. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {

  private final URI server;
  private final ServerSocket listening;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final Object lock = new Object();
  private boolean stalled; // guarded by lock
  private boolean refusing; // guarded by lock

  private TcpProxy(URI server) throws IOException {
    this.server = server;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    run("accept", this::accept);
  }

  /** Listens for a server of that address. */
  public static TcpProxy before(String server) throws IOException {
    return new TcpProxy(URI.create(server));
  }

  private static void run(String name, Runnable task) {
    Thread thread = new Thread(task, "proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns its own address. */
  public String address() {
    return server.getScheme() + "://127.0.0.1:" + listening.getLocalPort();
  }

  /** Relays nothing until {@link #resume}; connections stay open. */
  public void stall() {
    set(true, false);
  }

  /** Closes all connections, and each new one at once, until {@link #resume}. */
  public void cut() {
    set(false, true);
    cutOnce();
  }

  /** Closes all connections. */
  public void cutOnce() {
    open.forEach(TcpProxy::close);
    open.clear();
  }

  /** Relays again. */
  public void resume() {
    set(false, false);
  }

  private void set(boolean stalledNow, boolean refusingNow) {
    synchronized (lock) {
      stalled = stalledNow;
      refusing = refusingNow;
      lock.notifyAll();
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        synchronized (lock) {
          if (refusing) {
            close(client);
            continue;
          }
        }
        Socket upstream = new Socket(server.getHost(), server.getPort());
        open.add(client);
        open.add(upstream);
        run("up", () -> relay(client, upstream));
        run("down", () -> relay(upstream, client));
      } catch (IOException e) {
        // the next one
      }
    }
  }

  private void relay(Socket from, Socket to) {
    byte[] buffer = new byte[1 << 14];
    try {
      InputStream input = from.getInputStream();
      for (int read = input.read(buffer); read > 0; read = input.read(buffer)) {
        synchronized (lock) {
          while (stalled) {
            lock.wait();
          }
        }
        to.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException e) {
      // one side has closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(from);
    close(to);
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing to be done
    }
  }

  @Override
  public void close() {
    close(listening);
    cut();
  }
}
