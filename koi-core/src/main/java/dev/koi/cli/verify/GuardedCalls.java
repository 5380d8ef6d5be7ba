package dev.koi.cli.verify;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Calls into a backend, each with a thread and a deadline. The threads belong to one group, which
 * threads that the backend starts inherit.
 */
final class GuardedCalls {

  private static final String PREFIX = "koi-verify ";

  private final ThreadGroup group = new ThreadGroup("koi-verify");
  private final ClassLoader loader;

  GuardedCalls(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Makes a call.
   *
   * @throws BrokenRule if it takes longer, or throws an Error
   * @throws Exception what the call throws
   */
  <T> T within(Duration limit, String call, Callable<T> body) throws Exception {
    FutureTask<T> task = new FutureTask<>(body);
    Thread thread = start(call, task);
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new BrokenRule(call + " did not return within " + limit.toMillis() + " ms");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception thrown) {
        throw thrown;
      }
      throw new BrokenRule(call + " threw " + e.getCause());
    }
  }

  /** Makes a call whose answer must not be null. */
  <T> T answer(Duration limit, String call, Callable<T> body) throws Exception {
    T answer = within(limit, call, body);
    BrokenRule.unless(answer != null, call + " returned null");
    return answer;
  }

  Thread start(String name, Runnable body) {
    Thread thread = new Thread(group, body, PREFIX + name);
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
    return thread;
  }

  /** Returns the threads that the calls have started and that still run. */
  Set<String> startedThreads() {
    Thread[] threads = new Thread[2 * group.activeCount() + 100];
    int count = group.enumerate(threads);
    return Arrays.stream(threads, 0, count)
        .filter(thread -> !thread.getName().startsWith(PREFIX))
        .map(thread -> "\"%s\" (%d)".formatted(thread.getName(), thread.getId()))
        .collect(Collectors.toCollection(HashSet::new));
  }
}
