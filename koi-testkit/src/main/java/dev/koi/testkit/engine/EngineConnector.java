package dev.koi.testkit.engine;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;

/**
 * The socket of a simulated engine. It ends all its connections, also those that arrive while it
 * stops: Jetty interrupts the thread in accept(), which may lose a connection that it has accepted,
 * and no longer reads from others. Their clients would wait for ever.
 */
final class EngineConnector extends UnixDomainServerConnector {

  private final Set<SocketChannel> accepted = ConcurrentHashMap.newKeySet();
  private final CountDownLatch acceptorEnds = new CountDownLatch(1);
  private volatile boolean ended;

  EngineConnector(Server server, HttpConnectionFactory http) {
    super(server, 1, 1, http);
  }

  @Override
  protected void configure(SocketChannel channel) throws IOException {
    accepted.removeIf(each -> !each.isOpen());
    accepted.add(channel);
    super.configure(channel);
  }

  @Override
  protected boolean handleAcceptFailure(Throwable failure) {
    if (ended) {
      acceptorEnds.countDown();
      return false;
    }
    return super.handleAcceptFailure(failure);
  }

  /** Accepts no more connections; returns when no thread is in accept(). */
  void endAccepting() throws IOException, InterruptedException {
    ended = true;
    if (getTransport() instanceof ServerSocketChannel listening) { // else it has stopped
      listening.close();
      if (!acceptorEnds.await(10, TimeUnit.SECONDS)) {
        throw new IOException("a closed socket still accepts");
      }
    }
  }

  /** Closes the connections that are open. */
  void closeAccepted() throws IOException {
    for (SocketChannel channel : accepted) {
      channel.close();
    }
  }
}
