package dev.koi.cli;

import java.util.concurrent.CountDownLatch;

/**
 * The end of a command that goes on until nobody reads it any more, or until the process is told to
 * end. To be told so is to end well: what was begun is closed, and the code is 0 and not the
 * signal's.
 */
final class Ending implements AutoCloseable {

  private static final long MOST_MILLIS = 700;

  private final Thread hook;
  private final CountDownLatch unread = new CountDownLatch(1);

  /** Makes one; what it is given is run at a signal, in that order, unless that takes too long. */
  Ending(Runnable... closings) {
    hook = new Thread(() -> end(closings), "koi-end");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Says that nobody reads any more. */
  void unread() {
    unread.countDown();
  }

  /** Waits until nobody reads any more. */
  void await() throws InterruptedException {
    unread.await();
  }

  private static void end(Runnable... closings) {
    Thread closing =
        new Thread(
            () -> {
              for (Runnable each : closings) {
                each.run();
              }
            },
            "koi-close");
    closing.setDaemon(true);
    closing.start();
    try {
      closing.join(MOST_MILLIS); // a line that nobody reads could be printed for ever
    } catch (InterruptedException e) {
      // then at once
    }
    Runtime.getRuntime().halt(ExitCode.OK);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // it is at work, and the process ends
    }
  }
}
