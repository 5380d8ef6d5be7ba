package dev.koi.core;

import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** A backend of which one method goes wrong in one way, every time. */
final class BrokenBackend extends Tampered {

  enum Method {
    CONNECT,
    LIST,
    FIND,
    WATCH,
    TAKE,
    CLOSE
  }

  enum Fault {
    EXCEPTION,
    ERROR,
    NULL,
    HANG,
    HANG_IN_SPITE_OF_INTERRUPTS,
    UNAVAILABLE
  }

  private final Fault fault;
  private final CountDownLatch released = new CountDownLatch(1);

  BrokenBackend(Method method, Fault fault) {
    this.fault = fault;
    switch (method) {
      case CONNECT -> connect((sound, config) -> broken(null));
      case LIST -> list(sound -> broken(null));
      case FIND -> find((sound, id) -> broken(null));
      case WATCH -> watch(sound -> broken(null));
      case TAKE -> take(sound -> broken(null));
      case CLOSE -> close(this::closeBroken);
    }
  }

  /** Lets what hangs go on, so that the test leaves no thread behind. */
  void release() {
    released.countDown();
  }

  private void closeBroken(RuntimeConnection sound) {
    sound.close();
    try {
      broken(null);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has the fault happen; if it is no exception, the answer is that. */
  private <T> T broken(T nothing) throws IOException, InterruptedException {
    switch (fault) {
      case EXCEPTION -> throw new IllegalStateException("a bug");
      case ERROR -> throw new StackOverflowError("a worse bug");
      case UNAVAILABLE -> throw new BackendUnavailableException("nothing is there");
      case NULL -> {}
      case HANG -> released.await();
      case HANG_IN_SPITE_OF_INTERRUPTS -> awaitDeaf();
    }
    return nothing;
  }

  private void awaitDeaf() {
    while (released.getCount() > 0) {
      try {
        released.await();
      } catch (InterruptedException e) {
        // deaf
      }
    }
  }
}
