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

  /** A moment that never comes; nearer ones can still be compared with it. */
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

  private static final class Call {
    private final String what;
    private final Thread thread;
    private final long deadline; // by System.nanoTime
    private final Outcome<?> outcome;
    private boolean abandoned; // guarded by lock

    Call(String what, Thread thread, long deadline, Outcome<?> outcome) {
      this.what = what;
      this.thread = thread;
      this.deadline = deadline;
      this.outcome = outcome;
    }
  }

  private final String entry;
  private final Activity activity;

  private final Object lock = new Object();
  private final Set<Call> calls = new HashSet<>(); // under way; guarded by lock
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

  /** Starts a thread that Koi's end waits for; returns false if the JVM gets no more threads. */
  boolean startThread(String what, Runnable task) {
    return start(newThread(what, task));
  }

  private Thread newThread(String what, Runnable task) {
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
    return thread;
  }

  private boolean start(Thread thread) {
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
   * @return whether the thread may go on; if not, the call was abandoned and somebody else has
   *     taken the thread's place
   */
  <T> boolean callHere(
      String what, Duration deadline, Callable<T> action, Outcome<? super T> outcome) {
    if (deadline != null && isExhausted()) {
      outcome.accept(null, refused(what));
      return true;
    }
    Call call = begin(what, Thread.currentThread(), deadline, outcome);
    return run(call, action, late -> {}, outcome);
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
    if (isExhausted()) {
      throw refused(what);
    }
    Answer<T> answer = new Answer<>(late);
    Call call = startCall(what, deadline, action, late, answer);
    try {
      while (!answer.isThere()) {
        keepUntil(never());
      }
    } catch (InterruptedException e) {
      answer.giveUp();
      abandon(call);
      throw e;
    }
    return answer.get();
  }

  /** Calls even a backend whose calls hang, and waits; an interrupt does not end the wait. */
  void callAnyway(String what, Duration deadline, Runnable action) {
    Answer<Boolean> answer = new Answer<>(late -> {});
    Callable<Boolean> call =
        () -> {
          action.run();
          return true;
        };
    boolean interrupted = false;
    try {
      startCall(what, deadline, call, late -> {}, answer);
    } catch (IOException e) { // no thread for it
      callHere(what, null, call, answer);
    }
    while (!answer.isThere()) {
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

  private <T> Call startCall(
      String what,
      Duration deadline,
      Callable<T> action,
      Consumer<? super T> late,
      Outcome<? super T> outcome)
      throws IOException {
    Call[] call = new Call[1];
    Thread thread = newThread(what, () -> run(call[0], action, late, outcome));
    call[0] = begin(what, thread, deadline, outcome);
    if (!start(thread)) {
      end(call[0]);
      activity.error(what);
      throw new IOException(what + " is not called: no thread for it");
    }
    return call[0];
  }

  private Call begin(String what, Thread thread, Duration deadline, Outcome<?> outcome) {
    long moment = deadline == null ? never() : System.nanoTime() + deadline.toNanos();
    Call call = new Call(what, thread, moment, outcome);
    synchronized (lock) {
      calls.add(call);
      if (moment - keptUntil < 0) {
        keptUntil = moment;
        lock.notifyAll();
      }
    }
    return call;
  }

  private <T> boolean run(
      Call call, Callable<T> action, Consumer<? super T> late, Outcome<? super T> outcome) {
    T answer = null;
    IOException failure = null;
    try {
      answer = action.call();
      if (answer == null) {
        failure = new IOException(call.what + " returned null");
      }
    } catch (Throwable e) { // a stranger's code may throw anything
      failure = failure(call.what, e);
    }
    if (!end(call)) {
      if (answer != null) {
        late.accept(answer);
      }
      return false;
    }
    if (failure != null) {
      activity.error(call.what);
    }
    outcome.accept(answer, failure);
    return true;
  }

  /** Returns whether the call ends in time. After this no deadline interrupts its thread. */
  private boolean end(Call call) {
    synchronized (lock) {
      calls.remove(call);
      if (Thread.currentThread() == call.thread) {
        Thread.interrupted(); // meant for this call only
      }
      return !call.abandoned;
    }
  }

  /**
   * Keeps the deadlines: returns at that moment, after {@link #wake}, or when a call was abandoned.
   * For the supervisor's thread.
   */
  void keepUntil(long moment) throws InterruptedException {
    List<Call> late = new ArrayList<>();
    synchronized (lock) {
      while (!woken && moment - System.nanoTime() > 0 && late.isEmpty()) {
        long now = System.nanoTime();
        keptUntil = moment;
        for (Call call : calls) {
          if (!call.abandoned && call.deadline - now <= 0) {
            late.add(call);
          } else if (!call.abandoned && call.deadline - keptUntil < 0) {
            keptUntil = call.deadline;
          }
        }
        late.forEach(this::abandon);
        if (late.isEmpty()) {
          TimeUnit.NANOSECONDS.timedWait(lock, keptUntil - now);
        }
      }
      woken = false;
    }
    for (Call call : late) {
      activity.error(call.what);
      call.outcome.accept(null, new DeadlineException(call.what));
    }
  }

  /** Has {@link #keepUntil} return. */
  void wake() {
    synchronized (lock) {
      woken = true;
      lock.notifyAll();
    }
  }

  private void abandon(Call call) {
    synchronized (lock) {
      if (calls.contains(call) && !call.abandoned) {
        call.abandoned = true;
        call.thread.interrupt();
      }
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

  private IOException refused(String what) {
    activity.error(what);
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

  /** What a call has come to, for the one thread that waits for it. */
  private final class Answer<T> implements Outcome<T> {
    private final Consumer<? super T> late;
    private T answer; // guarded by this
    private IOException failure; // guarded by this
    private boolean givenUp; // guarded by this

    Answer(Consumer<? super T> late) {
      this.late = late;
    }

    @Override
    public void accept(T answer, IOException failure) {
      boolean unwanted;
      synchronized (this) {
        this.answer = answer;
        this.failure = failure;
        unwanted = givenUp && answer != null;
      }
      if (unwanted) {
        late.accept(answer);
      }
      wake();
    }

    /** From here on nobody takes the answer. */
    void giveUp() {
      T unwanted;
      synchronized (this) {
        givenUp = true;
        unwanted = answer;
      }
      if (unwanted != null) {
        startThread("close", () -> late.accept(unwanted));
      }
    }

    synchronized boolean isThere() {
      return answer != null || failure != null;
    }

    synchronized T get() throws IOException {
      if (failure != null) {
        throw failure;
      }
      return answer;
    }
  }
}
