package dev.koi.core.dispatch;

import java.util.concurrent.CountDownLatch;

/** Holds threads until it is open. An interrupted thread passes, and stays interrupted. */
public final class Gate {

  private final CountDownLatch latch = new CountDownLatch(1);

  /** Waits until it is open. */
  public void pass() {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Opens it for good. */
  public void open() {
    latch.countDown();
  }

  public boolean isOpen() {
    return latch.getCount() == 0;
  }
}
