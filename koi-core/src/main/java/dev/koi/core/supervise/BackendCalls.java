package dev.koi.core.supervise;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The calls into one entry's backend. A backend may hang, throw anything, or answer too late.
 *
 * <p>Each call has one thread and one deadline. A call that misses its deadline fails at that
 * moment, its thread is interrupted, and the call is abandoned: it is counted until it returns, and
 * its thread then ends. The supervisor's thread keeps all deadlines, in {@link #keepUntil}; no
 * timer is needed. Thread-safe.
 */
final class BackendCalls {

  /** With as many calls abandoned, the backend is not called any more. */
  private static final int MOST_ABANDONED = 8;

  /** A moment so much later never comes, and can still be compared. */
  private static final long NEVER = 1L << 60;

  /** Receives a call's answer or its failure, once; the other is null. */
  interface Outcome<T> {
    void accept(T answer, IOException failure);
  }

  /** A call did not return before its deadline. */
  static final class DeadlineException extends IOException {
    private static final long serialVersionUID = 1L;

    private DeadlineException(String what) {
      super(what + " did not return in time");
    }
  }

  private final class Call<T> {
    private final String what;
    private final long deadline; // by System.nanoTime
    private final Callable<T> action;
    private final Consumer<? super T> late;
    private final Outcome<? super T> outcome;
    private Thread thread; // guarded by lock
    private boolean abandoned; // guarded by lock
    private T answer; // guarded by lock
    private IOException failure; // guarded by lock

    Call(
        String what,
        Duration deadline,
        Callable<T> action,
        Consumer<? super T> late,
        Outcome<? super T> outcome) {
      this.what = what;
      this.deadline = deadline == null ? never() : System.nanoTime() + deadline.toNanos();
      this.action = action;
      this.late = late;
      this.outcome = outcome;
    }

    /** Returns whether the thread may go on; false if the call was abandoned. */
    boolean run() {
      T result = null;
      IOException thrown = null;
      try {
        result = action.call();
        if (result == null) {
          thrown = new IOException(what + " returned null");
        }
      } catch (Throwable e) { // a stranger's code may throw anything
        thrown = failure(what, e);
      }
      if (end(this, result, thrown)) {
        settle(result, thrown);
        return true;
      }
      if (result != null) {
        late.accept(result);
      }
      return false;
    }

    void settle(T answer, IOException failure) {
      if (failure != null) {
        activity.error(what);
      }
      outcome.accept(answer, failure);
    }
  }

  private final String entry;
  private final Activity activity;

  private final Object lock = new Object();
  private final Set<Call<?>> calls = new HashSet<>(); // under way; guarded by lock
  private final Set<Thread> threads = new HashSet<>(); // guarded by lock
  private long keptUntil; // the moment until which the keeper sleeps; guarded by lock
  private boolean woken; // guarded by lock
  private boolean closed; // guarded by lock

  BackendCalls(String entry, Activity activity) {
    this.entry = entry;
    this.activity = activity;
  }

  static long never() {
    return System.nanoTime() + NEVER;
  }

  /** Starts a thread that {@link #close} waits for; false if the JVM gets no more threads. */
  boolean startThread(String what, Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } finally {
                ended(Thread.currentThread());
              }
            },
            "koi-" + what + "-" + entry);
    thread.setDaemon(true);
    synchronized (lock) {
      threads.add(thread);
    }
    try {
      thread.start();
      return true;
    } catch (OutOfMemoryError e) { // what the JVM throws when it gets no more threads
      ended(thread);
      return false;
    }
  }

  private void ended(Thread thread) {
    synchronized (lock) {
      threads.remove(thread);
      lock.notifyAll();
    }
  }

  /**
   * Calls the backend on this thread.
   *
   * @param deadline null for none
   * @return whether the thread may go on; if not, the call was abandoned and another thread has
   *     taken this one's place
   */
  <T> boolean callHere(
      String what, Duration deadline, Callable<T> action, Outcome<? super T> outcome) {
    Call<T> call = new Call<>(what, deadline, action, late -> {}, outcome);
    if (deadline != null && isExhausted()) {
      call.settle(null, refusal(what));
      return true;
    }
    begin(call);
    onThisThread(call);
    return call.run();
  }

  /**
   * Calls the backend on a thread of its own, and waits for the answer.
   *
   * @param late receives an answer that nobody waits for any more
   * @throws IOException if the call throws anything, returns null, or misses its deadline
   * @throws InterruptedException if this thread is interrupted; the call is, too
   */
  <T> T call(String what, Duration deadline, Callable<T> action, Consumer<? super T> late)
      throws IOException, InterruptedException {
    Call<T> call = new Call<>(what, deadline, action, late, (answer, failure) -> wake());
    if (isExhausted()) {
      activity.error(what);
      throw refusal(what);
    }
    if (!start(call)) {
      activity.error(what);
      throw new IOException(what + " is not called: no thread for it");
    }
    try {
      while (isUnderWay(call)) {
        keepUntil(never());
      }
    } catch (InterruptedException e) {
      if (abandon(call)) {
        throw e;
      }
      Thread.currentThread().interrupt(); // the answer came at the same time
    }
    synchronized (lock) {
      if (call.failure != null) {
        throw call.failure;
      }
      return call.answer;
    }
  }

  /** Calls even a backend whose calls hang, and waits; an interrupt does not end the wait. */
  void callAnyway(String what, Duration deadline, Runnable action) {
    Callable<Boolean> task =
        () -> {
          action.run();
          return true;
        };
    Call<Boolean> call = new Call<>(what, deadline, task, late -> {}, (answer, failure) -> wake());
    if (!start(call)) {
      call.run(); // rather on this thread than not at all
    }
    boolean interrupted = false;
    while (isUnderWay(call)) {
      try {
        keepUntil(never());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean start(Call<?> call) {
    begin(call);
    boolean started =
        startThread(
            call.what,
            () -> {
              onThisThread(call);
              call.run();
            });
    if (!started) {
      synchronized (lock) {
        calls.remove(call);
      }
    }
    return started;
  }

  private void begin(Call<?> call) {
    synchronized (lock) {
      calls.add(call);
      if (call.deadline - keptUntil < 0) {
        keptUntil = call.deadline;
        lock.notifyAll();
      }
    }
  }

  private void onThisThread(Call<?> call) {
    synchronized (lock) {
      call.thread = Thread.currentThread();
      if (call.abandoned) {
        call.thread.interrupt();
      }
    }
  }

  /** Returns whether the call ends in time. After this no deadline interrupts its thread. */
  private <T> boolean end(Call<T> call, T answer, IOException failure) {
    synchronized (lock) {
      calls.remove(call);
      Thread.interrupted(); // meant for this call only
      call.answer = call.abandoned ? null : answer;
      call.failure = call.abandoned ? call.failure : failure;
      return !call.abandoned;
    }
  }

  private boolean isUnderWay(Call<?> call) {
    synchronized (lock) {
      return calls.contains(call) && !call.abandoned;
    }
  }

  /**
   * Keeps the deadlines: returns at that moment, after {@link #wake}, or when a call was abandoned.
   * For the supervisor's thread.
   */
  void keepUntil(long moment) throws InterruptedException {
    List<Call<?>> late = new ArrayList<>();
    synchronized (lock) {
      while (!woken && moment - System.nanoTime() > 0 && late.isEmpty()) {
        long now = System.nanoTime();
        keptUntil = moment;
        for (Call<?> call : calls) {
          if (!call.abandoned && call.deadline - now <= 0) {
            late.add(call);
          } else if (!call.abandoned && call.deadline - keptUntil < 0) {
            keptUntil = call.deadline;
          }
        }
        for (Call<?> call : late) {
          call.failure = new DeadlineException(call.what);
          abandon(call);
        }
        if (late.isEmpty()) {
          TimeUnit.NANOSECONDS.timedWait(lock, keptUntil - now);
        }
      }
      woken = false;
    }
    late.forEach(call -> call.settle(null, call.failure));
  }

  /** Has {@link #keepUntil} return. */
  void wake() {
    synchronized (lock) {
      woken = true;
      lock.notifyAll();
    }
  }

  /** Returns whether the call was under way. */
  private boolean abandon(Call<?> call) {
    synchronized (lock) {
      if (!isUnderWay(call)) {
        return false;
      }
      call.abandoned = true;
      if (call.thread != null) {
        call.thread.interrupt();
      }
      return true;
    }
  }

  /** Abandons all calls that are under way. */
  void abandonAll() {
    synchronized (lock) {
      calls.forEach(this::abandon);
    }
  }

  /** Returns how many calls hold a thread although nobody waits for them. */
  int abandoned() {
    synchronized (lock) {
      return (int) calls.stream().filter(call -> call.abandoned).count();
    }
  }

  /** Returns whether so many calls hang that no more are made. */
  boolean isExhausted() {
    synchronized (lock) {
      return closed || (calls.size() >= MOST_ABANDONED && abandoned() >= MOST_ABANDONED);
    }
  }

  private IOException refusal(String what) {
    int abandoned = abandoned();
    return new IOException(
        what
            + " is not called: "
            + (abandoned < MOST_ABANDONED ? "Koi is closing" : abandoned + " earlier calls hang"));
  }

  /** Returns the failure of a call that threw; it has a message, whatever was thrown. */
  private static IOException failure(String what, Throwable cause) {
    try {
      return cause instanceof IOException e && e.getMessage() != null
          ? e
          : new IOException(what + " failed: " + cause, cause);
    } catch (Throwable e) { // a stranger's exception may even fail to give its message
      return new IOException(what + " failed: " + cause.getClass().getName(), cause);
    }
  }

  /** Interrupts all calls, and waits until their threads have ended, or for that long. */
  void close(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    synchronized (lock) {
      closed = true;
      abandonAll();
      try {
        while (!threads.isEmpty() && end - System.nanoTime() > 0) {
          TimeUnit.NANOSECONDS.timedWait(lock, end - System.nanoTime());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
