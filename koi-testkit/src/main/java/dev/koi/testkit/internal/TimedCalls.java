package dev.koi.testkit.internal;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs each call on a thread of its own and with a deadline. A call that hangs is interrupted,
 * abandoned and named. The threads belong to one thread group, which the threads that a call starts
 * inherit, so that they can be told from all others in the process.
 */
final class TimedCalls {

  private static final String PREFIX = "koi-testkit ";

  private final ThreadGroup group;

  TimedCalls(String name) {
    group = new ThreadGroup(PREFIX + name);
  }

  /**
   * Makes a call.
   *
   * @throws AssertionError if it takes longer; its cause says where the thread was
   */
  <T> T within(Duration limit, String call, Callable<T> body) throws Exception {
    return begin(limit, call, body).call();
  }

  /** Starts a call; the one returned waits for its outcome, for as long as the limit says. */
  <T> Callable<T> begin(Duration limit, String call, Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    Thread thread = start(call, task);
    return () -> {
      try {
        return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        Throwable place = placeOf(thread);
        thread.interrupt();
        throw new AssertionError(
            "%s did not return within %d ms".formatted(call, limit.toMillis()), place);
      } catch (ExecutionException e) {
        throw exception(e.getCause());
      }
    };
  }

  Thread start(String name, Runnable body) {
    Thread thread = new Thread(group, body, PREFIX + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Returns the threads that the calls have started and that still run. */
  Set<String> startedThreads() {
    Thread[] threads = new Thread[2 * group.activeCount() + 100];
    int count = group.enumerate(threads);
    return Arrays.stream(threads, 0, count)
        .filter(thread -> !thread.getName().startsWith(PREFIX))
        .map(TimedCalls::describe)
        .collect(toSet());
  }

  /** Returns the threads of the process that no kit has started, directly or not. */
  static Set<String> otherThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !isOurs(thread.getThreadGroup()))
        .map(TimedCalls::describe)
        .collect(toSet());
  }

  private static String describe(Thread thread) {
    return "thread \"%s\" (%d)".formatted(thread.getName(), thread.getId());
  }

  private static boolean isOurs(ThreadGroup group) { // null if the thread has ended
    return group == null
        || group.getName().startsWith(PREFIX)
        || (group.getParent() != null && isOurs(group.getParent()));
  }

  /** Returns where a thread is now, to be shown as a cause. */
  static Throwable placeOf(Thread thread) {
    Throwable place = new Throwable("where it was then");
    place.setStackTrace(thread.getStackTrace());
    return place;
  }

  /** Returns what a call threw, to be thrown again; an error is thrown here. */
  static Exception exception(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return (Exception) thrown;
  }
}
