package dev.koi.core.supervise;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The calls into one entry's backend. A backend may hang, throw anything, or answer too late.
 *
 * <p>Each call has one thread and one deadline. A call that misses its deadline fails at that
 * moment, its thread is interrupted, and the call is abandoned: it is counted until it returns. The
 * supervisor's thread keeps all deadlines, in {@link #keepUntil}; no timer is needed. Thread-safe.
 */
final class BackendCalls {

  /** With as many calls abandoned, the backend is not called any more. */
  private static final int MOST_ABANDONED = 8;

  /** The JVM may have got a thread by then that it did not get before. */
  static final long START_AGAIN = TimeUnit.SECONDS.toNanos(1);

  /** Receives a call's answer or its failure, once; the other is null. */
  interface Outcome<T> {
    void accept(T answer, IOException failure);
  }

  /** The settings of the deadlines. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "connect", " (koi.timing.connect)",
          "runtime", " (koi.timing.connect)",
          "watch", " (koi.timing.connect)",
          "listInstances", " (koi.timing.list)",
          "findInstance", " (koi.timing.find)");

  /** A call did not return before its deadline. */
  static final class DeadlineException extends IOException {
    private static final long serialVersionUID = 1L;

    private DeadlineException(String what, Duration patience) {
      super(
          what
              + " did not return within "
              + patience.toMillis()
              + " ms"
              + SETTINGS.getOrDefault(what, ""));
    }
  }

  private final class Call<T> {
    private final String what;
    private final Duration patience; // null for none
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
        Duration patience,
        Callable<T> action,
        Consumer<? super T> late,
        Outcome<? super T> outcome) {
      this.patience = patience;
      this.what = what;
      this.deadline = patience == null ? Moments.never() : System.nanoTime() + patience.toNanos();
      this.action = action;
      this.late = late;
      this.outcome = outcome;
    }

    void run() {
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
      } else if (result != null) {
        late.accept(result);
      }
    }

    void settle(T answer, IOException failure) {
      if (failure != null) {
        activity.error(what);
      }
      outcome.accept(answer, failure);
    }
  }

  private final Activity activity;
  private final ThreadPoolExecutor threads;

  private final Object lock = new Object();
  private final Set<Call<?>> calls = new HashSet<>(); // under way; guarded by lock
  private long keptUntil = Moments.never(); // when the keeper looks next; guarded by lock
  private boolean woken; // guarded by lock
  private boolean closed; // guarded by lock

  BackendCalls(Activity activity, ThreadFactory factory) {
    this.activity = activity;
    this.threads =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 2, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
  }

  /**
   * Runs the task on a thread that {@link #close} waits for.
   *
   * @return false if the JVM gets no more threads, or after close
   */
  boolean execute(Runnable task) {
    try {
      threads.execute(task);
      return true;
    } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter: no more threads
      return false;
    }
  }

  /** So many idle threads wait for tasks; further ones end. */
  void keepThreads(int count) {
    threads.setCorePoolSize(count);
  }

  /**
   * Calls the backend on this thread.
   *
   * @param deadline null for none
   * @param outcome runs on this thread, or on the supervisor's if the deadline is missed
   */
  <T> void callHere(
      String what, Duration deadline, Callable<T> action, Outcome<? super T> outcome) {
    Call<T> call = new Call<>(what, deadline, action, late -> {}, outcome);
    if (deadline != null && isExhausted()) {
      call.settle(null, refusal(what));
    } else {
      begin(call);
      onThisThread(call);
      call.run();
    }
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
        keepUntil(Moments.never());
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

  /**
   * Calls even a backend whose calls hang, and waits; an interrupt does not end the wait. There is
   * no call if the JVM gets no thread for it before the deadline.
   */
  void callAnyway(String what, Duration deadline, Runnable action) {
    Callable<Boolean> task =
        () -> {
          action.run();
          return true;
        };
    Call<Boolean> call = new Call<>(what, deadline, task, late -> {}, (answer, failure) -> wake());
    boolean interrupted = false;
    boolean started = start(call);
    while (started ? isUnderWay(call) : !isClosed() && call.deadline - System.nanoTime() > 0) {
      try {
        keepUntil(started ? Moments.never() : System.nanoTime() + START_AGAIN);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      started = started || start(call);
    }
    if (!started && isClosed()) {
      call.run(); // nobody waits for this thread any more
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean start(Call<?> call) {
    begin(call);
    boolean started =
        execute(
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
    }
    wakeAt(call.deadline);
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
    Call<?> late;
    synchronized (lock) {
      Call<?> next = nearestDeadline();
      keptUntil = next == null ? moment : Moments.earlier(moment, next.deadline);
      long pause = keptUntil - System.nanoTime();
      if (!woken && pause > 0) {
        TimeUnit.NANOSECONDS.timedWait(lock, pause);
      }
      woken = false;
      keptUntil = Moments.never();
      late = nearestDeadline();
      if (late == null || late.deadline - System.nanoTime() > 0) {
        return;
      }
      late.failure = new DeadlineException(late.what, late.patience);
      abandon(late);
    }
    late.settle(null, late.failure);
  }

  private Call<?> nearestDeadline() {
    Call<?> nearest = null;
    for (Call<?> call : calls) {
      if (!call.abandoned && (nearest == null || call.deadline - nearest.deadline < 0)) {
        nearest = call;
      }
    }
    return nearest;
  }

  /** Has {@link #keepUntil} return. */
  void wake() {
    wakeAt(System.nanoTime());
  }

  /** Has {@link #keepUntil} return by that moment. */
  void wakeAt(long moment) {
    synchronized (lock) {
      if (moment - keptUntil < 0) {
        woken = true;
        lock.notifyAll();
      }
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

  private boolean isClosed() {
    synchronized (lock) {
      return closed;
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
      if (cause instanceof IOException e && e.getMessage() != null) {
        return e;
      }
    } catch (Throwable e) {
      // a stranger's exception may even fail to give its message
    }
    return new IOException(what + " failed: " + FailureWords.of(cause), cause);
  }

  /** Interrupts all calls, and waits until their threads have ended, or for that long. */
  void close(Duration patience) {
    synchronized (lock) {
      closed = true;
    }
    abandonAll();
    threads.shutdown();
    try {
      threads.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
