package dev.koi.core;

import dev.koi.Instance;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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

  private final Method method;
  private final Fault fault;
  private final CountDownLatch released = new CountDownLatch(1);

  BrokenBackend(Method method, Fault fault) {
    this.method = method;
    this.fault = fault;
  }

  /** Lets what hangs go on, so that the test leaves no thread behind. */
  void release() {
    released.countDown();
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) throws IOException, InterruptedException {
    return breaks(Method.CONNECT) ? null : super.connect(config);
  }

  @Override
  List<Instance> list(RuntimeConnection sound) throws IOException, InterruptedException {
    return breaks(Method.LIST) ? null : super.list(sound);
  }

  @Override
  Optional<Instance> find(RuntimeConnection sound, String id)
      throws IOException, InterruptedException {
    return breaks(Method.FIND) ? null : super.find(sound, id);
  }

  @Override
  InstanceWatch watch(RuntimeConnection sound) throws IOException, InterruptedException {
    return breaks(Method.WATCH) ? null : super.watch(sound);
  }

  @Override
  ChangeHint take(InstanceWatch sound) throws IOException, InterruptedException {
    return breaks(Method.TAKE) ? null : super.take(sound);
  }

  @Override
  void close(RuntimeConnection sound) {
    super.close(sound);
    try {
      breaks(Method.CLOSE);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns whether this is the method; if so, the fault has happened and only null is left. */
  private boolean breaks(Method called) throws IOException, InterruptedException {
    if (called != method) {
      return false;
    }
    switch (fault) {
      case EXCEPTION -> throw new IllegalStateException("a bug");
      case ERROR -> throw new StackOverflowError("a worse bug");
      case UNAVAILABLE -> throw new BackendUnavailableException("nothing is there");
      case NULL -> {}
      case HANG -> released.await();
      case HANG_IN_SPITE_OF_INTERRUPTS -> awaitDeaf();
    }
    return true;
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
