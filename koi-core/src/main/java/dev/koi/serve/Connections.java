package dev.koi.serve;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The open connections of the server. Counts them, and closes those whose request does not arrive
 * in time: an idle timeout alone lets a client live that sends a byte now and then.
 */
final class Connections extends AbstractLifeCycle implements Connection.Listener {

  private final int max;
  private final long timeout; // nanoseconds
  private final Scheduler scheduler;
  private final AtomicInteger count = new AtomicInteger();
  private final Map<Connection, Arrival> open = new ConcurrentHashMap<>();

  /** The request that a connection waits for. Only the scheduler's task changes it. */
  private static final class Arrival {
    private final boolean exceeding;
    private long requests; // that arrived before
    private long bytes; // received when the last of them had arrived
    private long begun =
        System.nanoTime(); // when its first byte was seen, or the connection opened
    private boolean idle; // none of its bytes has been seen

    Arrival(boolean exceeding) {
      this.exceeding = exceeding;
    }
  }

  Connections(int max, Duration timeout, Scheduler scheduler) {
    this.max = max;
    this.timeout = timeout.toNanos();
    this.scheduler = scheduler;
  }

  /** Returns whether there were enough connections when this one was opened. */
  boolean exceeding(Connection connection) {
    Arrival arrival = open.get(connection);
    return arrival != null && arrival.exceeding;
  }

  @Override
  public void onOpened(Connection connection) {
    open.put(connection, new Arrival(count.incrementAndGet() > max));
  }

  @Override
  public void onClosed(Connection connection) {
    if (open.remove(connection) != null) {
      count.decrementAndGet();
    }
  }

  @Override
  protected void doStart() {
    look();
  }

  private void look() {
    if (isStarting() || isRunning()) {
      long now = System.nanoTime();
      open.forEach((connection, arrival) -> look(connection, arrival, now));
      scheduler.schedule(this::look, timeout / 5, TimeUnit.NANOSECONDS);
    }
  }

  private void look(Connection connection, Arrival arrival, long now) {
    long requests = connection.getMessagesIn();
    if (requests != arrival.requests || requests != connection.getMessagesOut()) {
      arrival.requests = requests;
      arrival.bytes = connection.getBytesIn();
      arrival.idle = true;
    } else if (arrival.idle) {
      arrival.idle = connection.getBytesIn() == arrival.bytes;
      arrival.begun = now;
    } else if (now - arrival.begun > timeout) {
      connection.getEndPoint().close();
    }
  }
}
