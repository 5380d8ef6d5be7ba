package dev.koi.core.dispatch;

/** Holds threads while it is closed. An interrupted thread passes, and stays interrupted. */
public final class Gate {

  private boolean closed; // guarded by this
  private boolean one; // may pass although it is closed; guarded by this
  private boolean waiting; // guarded by this

  /** Returns one that is closed. */
  public static Gate closed() {
    Gate gate = new Gate();
    gate.close();
    return gate;
  }

  public synchronized void close() {
    closed = true;
    waiting = false;
  }

  public synchronized void open() {
    closed = false;
    notifyAll();
  }

  public synchronized boolean isOpen() {
    return !closed;
  }

  /** Lets one thread pass, the one that waits or else the next. */
  public synchronized void letOne() {
    one = true;
    waiting = false;
    notifyAll();
  }

  /** Waits until it is open. */
  public synchronized void pass() {
    try {
      while (closed && !one) {
        if (!waiting) {
          waiting = true;
          notifyAll(); // not again, or threads that wait would wake each other for ever
        }
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    one = false;
  }

  /** Waits until a thread waits to pass. */
  public synchronized void awaitCaller() throws InterruptedException {
    while (!waiting) {
      wait();
    }
  }
}
