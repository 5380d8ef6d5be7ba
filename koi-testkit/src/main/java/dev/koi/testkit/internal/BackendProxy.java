package dev.koi.testkit.internal;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import dev.koi.spi.rules.TimedCalls;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * Stands before an object of the backend and gives every call a deadline. A result that no rule
 * allows, such as {@code null}, fails here. If the backend can only list, it finds by a list, as
 * Koi does.
 */
final class BackendProxy implements InvocationHandler {

  private final Object target;
  private final TimedCalls calls;
  private final WaitTimes times;
  private Boolean finds; // null before the first find; guarded by this

  private BackendProxy(Object target, TimedCalls calls, WaitTimes times) {
    this.target = target;
    this.calls = calls;
    this.times = times;
  }

  static <T> T around(Class<T> type, T target, TimedCalls calls, WaitTimes times) {
    InvocationHandler handler = new BackendProxy(target, calls, times);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** Returns the object that a proxy stands before. */
  static <T> T behind(Class<T> type, T proxy) {
    return type.cast(((BackendProxy) Proxy.getInvocationHandler(proxy)).target);
  }

  /** Returns whether a connection supports {@code findInstance}; one that can only list throws. */
  static boolean finds(RuntimeConnection connection) {
    try {
      var unused = connection.findInstance("");
      return true;
    } catch (UnsupportedOperationException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (Throwable e) { // which the claims about finding meet again
      return true;
    }
  }

  private synchronized boolean finds() throws Exception {
    if (finds == null) {
      Callable<Boolean> ask = () -> finds((RuntimeConnection) target);
      finds = calls.within(times.patience(), "findInstance(\"\")", ask);
    }
    return finds;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("findInstance") && !finds()) {
      return ((RuntimeConnection) proxy)
          .listInstances().stream().filter(it -> it.id().equals(arguments[0])).findFirst();
    }
    String call = describe(method, arguments);
    Duration limit = method.getName().equals("close") ? times.second() : times.patience();
    Object result;
    try {
      result = calls.within(limit, call, () -> invoke(method, arguments));
    } catch (IOException
        | InterruptedException
        | IllegalArgumentException
        | IllegalStateException
        | AssertionError e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(call + " threw " + e, e);
    }
    if (result == null && method.getReturnType() != void.class) {
      throw new AssertionError(call + " returned null");
    }
    if (result instanceof RuntimeConnection connection) {
      return around(RuntimeConnection.class, connection, calls, times);
    }
    if (result instanceof InstanceWatch watch) {
      return around(InstanceWatch.class, watch, calls, times);
    }
    return result;
  }

  private Object invoke(Method method, Object[] arguments) throws Exception {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (Exception) e.getCause();
    }
  }

  private static String describe(Method method, Object[] arguments) {
    return arguments == null
        ? method.getName() + "()"
        : Arrays.stream(arguments)
            .map(it -> it instanceof BackendConfig config ? config.name() : "\"" + it + "\"")
            .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }
}
