package dev.koi.spi.rules;

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
 * inherit, so that they can be distinguished from all others.
 */
public final class TimedCalls {

  private static final String PREFIX = "koi-check ";

  private final ThreadGroup group;
  private final ClassLoader loader;

  /**
   * Makes the calls of one target.
   *
   * @param name of the target
   * @param loader the context class loader of the threads
   */
  public TimedCalls(String name, ClassLoader loader) {
    this.group = new ThreadGroup(PREFIX + name);
    this.loader = loader;
  }

  /**
   * Makes a call.
   *
   * @param <T> what it returns
   * @param limit its deadline
   * @param call its name, for messages
   * @param body the call
   * @return what the call returns, which may be null
   * @throws AssertionError if it takes longer, with a cause that says where the thread was; or if
   *     it throws an Error
   * @throws Exception what the call throws
   */
  public <T> T within(Duration limit, String call, Callable<T> body) throws Exception {
    return begin(limit, call, body).call();
  }

  /**
   * Makes a call whose answer must not be null.
   *
   * @param <T> what it returns
   * @param limit its deadline
   * @param call its name, for messages
   * @param body the call
   * @return what the call returns
   * @throws AssertionError if it returns null, and as {@link #within}
   * @throws Exception what the call throws
   */
  public <T> T answer(Duration limit, String call, Callable<T> body) throws Exception {
    T answer = within(limit, call, body);
    if (answer == null) {
      throw new AssertionError(call + " returned null");
    }
    return answer;
  }

  /**
   * Starts a call.
   *
   * @param <T> what it returns
   * @param limit how long the one returned waits
   * @param call its name, for messages
   * @param body the call
   * @return waits for the outcome, and throws as {@link #within}
   */
  public <T> Callable<T> begin(Duration limit, String call, Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    Thread thread = start(call, task);
    return () -> {
      try {
        return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        Throwable place = placeOf(thread);
        thread.interrupt();
        throw new AssertionError(
            "%s did not return within %d ms".formatted(call, limit.toMillis()), place);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception thrown) {
          throw thrown;
        } else if (e.getCause() instanceof AssertionError error) {
          throw error;
        }
        throw new AssertionError(call + " threw " + e.getCause(), e.getCause());
      }
    };
  }

  /**
   * Starts a thread.
   *
   * @param name the end of its name
   * @param body what it does
   * @return the thread, a daemon
   */
  public Thread start(String name, Runnable body) {
    Thread thread = new Thread(group, body, PREFIX + name);
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
    return thread;
  }

  /** {@return the threads that the calls have started and that still run, in words} */
  public Set<String> startedThreads() {
    Thread[] threads = new Thread[2 * group.activeCount() + 100];
    int count = group.enumerate(threads);
    return Arrays.stream(threads, 0, count)
        .filter(thread -> !thread.getName().startsWith(PREFIX))
        .map(TimedCalls::describe)
        .collect(toSet());
  }

  /** {@return the threads of the process that no such calls have started, directly or not} */
  public static Set<String> otherThreads() {
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

  /**
   * {@return where a thread is now, to be shown as a cause}
   *
   * @param thread any
   */
  public static Throwable placeOf(Thread thread) {
    Throwable place = new Throwable("where it was then");
    place.setStackTrace(thread.getStackTrace());
    return place;
  }
}
