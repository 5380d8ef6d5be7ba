package dev.koi.core.supervise;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Calls into one backend, which may hang, throw anything, or answer when nobody waits any more.
 *
 * <p>A call that misses its deadline is interrupted; if that does not help it is abandoned, and
 * counted for as long as it holds its thread. Thread-safe.
 */
final class GuardedCalls {

  /** So many calls that never return, and the backend is not called any more. */
  private static final int MOST_ABANDONED = 8;

  private final String entry;
  private final ExecutorService threads;
  private final Activity activity;
  private final Map<Thread, CompletableFuture<?>> running = new ConcurrentHashMap<>();

  GuardedCalls(String entry, Activity activity) {
    this.activity = activity;
    this.entry = entry;
    threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // bounded by the callers: a few at a time, and MOST_ABANDONED
            2,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "koi-call-" + entry);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Calls, and waits for the answer.
   *
   * @param late is given an answer that comes after the deadline
   * @throws IOException if the call throws anything, returns {@code null}, or misses its deadline
   * @throws InterruptedException if this thread is interrupted; the call is, too
   */
  <T> T call(String what, Duration deadline, Callable<T> action, Consumer<? super T> late)
      throws IOException, InterruptedException {
    CompletableFuture<T> answer = start(what, deadline, action, late);
    try {
      return answer.get();
    } catch (InterruptedException e) {
      if (!answer.completeExceptionally(e)) {
        handBack(answer, late); // it came at this very moment, and nobody else will take it
      }
      throw e;
    } catch (ExecutionException e) {
      throw failure(what, e.getCause());
    }
  }

  private <T> void handBack(CompletableFuture<T> answer, Consumer<? super T> late) {
    answer.thenAccept(
        value ->
            begin(
                "close",
                () -> {
                  late.accept(value);
                  return true;
                },
                again -> {}));
  }

  /**
   * Calls, without waiting. The future is completed by the call's thread, or at the deadline; to
   * complete it otherwise gives the call up.
   */
  <T> CompletableFuture<T> start(
      String what, Duration deadline, Callable<T> action, Consumer<? super T> late) {
    int abandoned = abandoned();
    if (abandoned >= MOST_ABANDONED) {
      activity.error(what);
      return CompletableFuture.failedFuture(
          new IOException(what + " is not called: " + abandoned + " earlier calls hang"));
    }
    return begin(what, action, late).orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Returns whether so many calls hang that {@link #start} makes no more. */
  boolean areExhausted() {
    return abandoned() >= MOST_ABANDONED;
  }

  /** Calls even a backend that hangs, and waits; whatever is thrown, the call has been made. */
  void callAnyway(String what, Duration deadline, Runnable action) throws InterruptedException {
    CompletableFuture<Boolean> done =
        begin(
            what,
            () -> {
              action.run();
              return true;
            },
            late -> {});
    try {
      done.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS).get();
    } catch (ExecutionException e) {
      // counted, and nothing else to be done
    }
  }

  /** Calls, without waiting, and without a deadline. To cancel the future gives the call up. */
  <T> CompletableFuture<T> begin(String what, Callable<T> action, Consumer<? super T> late) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Future<?> call;
    try {
      call = threads.submit(() -> run(what, action, answer, late));
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new IOException(what + " is not called: Koi is closing", e));
    } catch (OutOfMemoryError e) { // what the JVM throws when it gets no more threads
      activity.error(what);
      return CompletableFuture.failedFuture(
          new IOException(what + " is not called: no thread for it", e));
    }
    answer.whenComplete(
        (value, error) -> {
          if (error != null) {
            if (!(error instanceof CancellationException)) {
              activity.error(what);
            }
            call.cancel(true);
          }
        });
    return answer;
  }

  private <T> void run(
      String what, Callable<T> action, CompletableFuture<T> answer, Consumer<? super T> late) {
    Thread.currentThread().setName("koi-" + what + "-" + entry);
    running.put(Thread.currentThread(), answer);
    try {
      T value = action.call();
      if (value == null) {
        answer.completeExceptionally(new IOException(what + " returned null"));
      } else if (!answer.complete(value)) {
        late.accept(value);
      }
    } catch (Throwable e) { // a stranger's code may throw anything
      answer.completeExceptionally(failure(what, e));
    } finally {
      running.remove(Thread.currentThread());
    }
  }

  /** Returns how many calls hold a thread although nobody waits for them any more. */
  int abandoned() {
    return (int) running.values().stream().filter(CompletableFuture::isDone).count();
  }

  /** Returns what a failed call is to its caller; it has a message, whatever the cause has. */
  static IOException failure(String what, Throwable cause) {
    if (cause instanceof TimeoutException) {
      return new IOException(what + " did not return in time", cause);
    }
    try {
      return cause instanceof IOException e && e.getMessage() != null
          ? e
          : new IOException(what + " failed: " + cause, cause);
    } catch (Throwable e) { // a stranger's exception may even fail to say what it says
      return new IOException(what + " failed: " + cause.getClass().getName(), cause);
    }
  }

  /** Interrupts what is under way, and waits for it no longer than that. */
  void close(Duration patience) {
    threads.shutdownNow();
    try {
      threads.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
