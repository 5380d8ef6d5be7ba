package dev.koi.testkit;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Stands before a stranger's object and gives every call a thread of its own and a deadline, so
 * that one that hangs is interrupted, abandoned and named. What is never right, such as {@code
 * null}, fails here.
 */
final class Guard implements InvocationHandler {

  /** Begins the names of all the kit's threads. */
  static final String THREAD = "koi-testkit ";

  private final Object target;
  private final Timing timing;

  private Guard(Object target, Timing timing) {
    this.target = target;
    this.timing = timing;
  }

  static <T> T around(Class<T> type, T target, Timing timing) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, new Guard(target, timing)));
  }

  /** Returns the object that a guard stands before. */
  static <T> T behind(Class<T> type, T guarded) {
    return type.cast(((Guard) Proxy.getInvocationHandler(guarded)).target);
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    String call = describe(method, arguments);
    Duration limit = method.getName().equals("close") ? timing.second() : timing.patience();
    Object result;
    try {
      result = within(limit, call, () -> invoke(method, arguments));
    } catch (Throwable e) {
      throw mayBeThrown(e) ? e : new AssertionError(call + " threw " + e, e);
    }
    if (result == null && method.getReturnType() != void.class) {
      throw new AssertionError(call + " returned null");
    }
    if (result instanceof RuntimeConnection connection) {
      return around(RuntimeConnection.class, connection, timing);
    }
    if (result instanceof InstanceWatch watch) {
      return around(InstanceWatch.class, watch, timing);
    }
    return result;
  }

  private static boolean mayBeThrown(Throwable thrown) {
    return thrown instanceof IOException
        || thrown instanceof InterruptedException
        || thrown instanceof IllegalArgumentException
        || thrown instanceof IllegalStateException
        || thrown instanceof AssertionError;
  }

  private Object invoke(Method method, Object[] arguments) throws Exception {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw thrown(e.getCause());
    }
  }

  /**
   * Runs a call on a thread of its own.
   *
   * @throws AssertionError if it takes longer; it says where the thread was, which is interrupted
   */
  static <T> T within(Duration limit, String call, Callable<T> body) throws Exception {
    return begin(limit, call, body).call();
  }

  /** Starts a call; the one returned waits for its outcome, for as long as the limit says. */
  static <T> Callable<T> begin(Duration limit, String call, Callable<T> body) {
    FutureTask<T> task = new FutureTask<>(body);
    Thread thread = thread(call, task);
    return () -> {
      try {
        return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        Throwable place = placeOf(thread);
        thread.interrupt();
        throw new AssertionError(
            "%s did not return within %d ms".formatted(call, limit.toMillis()), place);
      } catch (ExecutionException e) {
        throw thrown(e.getCause());
      }
    };
  }

  /** Returns where a thread is now, to be shown as a cause. */
  static Throwable placeOf(Thread thread) {
    Throwable place = new Throwable("where it was then");
    place.setStackTrace(thread.getStackTrace());
    return place;
  }

  static Thread thread(String name, Runnable body) {
    Thread thread = new Thread(body, THREAD + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Returns what a call threw, to be thrown again, unless it is an error, which is thrown here. */
  private static Exception thrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (Exception) cause;
  }

  private static String describe(Method method, Object[] arguments) {
    return arguments == null
        ? method.getName() + "()"
        : Arrays.stream(arguments)
            .map(it -> it instanceof BackendConfig config ? config.name() : "\"" + it + "\"")
            .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }
}
