package dev.koi.serve.stream;

import dev.koi.serve.http.OpenStreams;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of one client. At most one write is under way, and nobody waits for it: meanwhile,
 * changes merge in the mailbox. A client that takes nothing is cut by the idle timeout of the
 * server's connector, which fails the write.
 */
final class EventStream extends IteratingCallback implements OpenStreams.Stream {

  /** Bytes of one write: many small frames cost one call, and no client keeps much. */
  private static final int ENOUGH = 32 * 1024;

  private static final Logger log = LoggerFactory.getLogger(EventStream.class);

  private final Response response;
  private final Callback callback;
  private final Mailbox mailbox;
  private final EventStreams all;
  private final AtomicBoolean due = new AtomicBoolean();
  private final AtomicBoolean ping = new AtomicBoolean();
  private volatile boolean ending;
  private byte[] first; // the hello; null once it is written; only process() touches it
  private boolean last; // all is written; only process() touches it

  EventStream(
      Response response, Callback callback, Mailbox mailbox, byte[] hello, EventStreams all) {
    this.response = response;
    this.callback = callback;
    this.mailbox = mailbox;
    this.first = hello;
    this.all = all;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  /** Writes what waits, unless a write is under way. Never blocks. */
  void flush() {
    due.set(true);
    iterate();
  }

  /** Writes a ping with the next write, or now. */
  void ping() {
    ping.set(true);
    flush();
  }

  @Override
  public void end() {
    ending = true;
    flush();
  }

  @Override
  protected Action process() {
    if (last) {
      return Action.SUCCEEDED;
    }
    if (!due.getAndSet(false)) {
      if (!mailbox.isEmpty()) {
        all.flushSoon(); // and not at once: many changes then share one write
      }
      return Action.IDLE;
    }
    byte[] bytes = next();
    if (bytes.length == 0) {
      return Action.IDLE;
    }
    if (bytes.length >= ENOUGH) {
      due.set(true); // a large picture goes out as fast as the client takes it
    }
    response.write(last, ByteBuffer.wrap(bytes), this);
    return Action.SCHEDULED;
  }

  private byte[] next() {
    if (first != null) {
      byte[] hello = first;
      first = null;
      due.set(true);
      return hello;
    } else if (ending) {
      last = true;
      return Frames.BYE;
    }
    return mailbox.take(ENOUGH, ping.getAndSet(false));
  }

  @Override
  protected void onCompleteSuccess() {
    callback.succeeded();
    all.ended(this, false);
  }

  @Override
  protected void onCompleteFailure(Throwable failure) {
    log.debug("the stream of a client has ended: {}", failure.toString());
    callback.failed(failure);
    all.ended(this, failure instanceof java.util.concurrent.TimeoutException);
  }

  /** A write never blocks its caller. */
  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
