package dev.koi.testkit;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.opentest4j.TestAbortedException;

/**
 * Stands before a fixture: one call at a time, each with a deadline, declared gaps turned into "not
 * verified", and failures told apart from the backend's.
 */
final class FixtureGuard implements InvocationHandler {

  private final BackendFixture target;
  private final Timing timing;

  private FixtureGuard(BackendFixture target, Timing timing) {
    this.target = target;
    this.timing = timing;
  }

  static BackendFixture around(BackendFixture target, Timing timing) {
    return (BackendFixture)
        Proxy.newProxyInstance(
            BackendFixture.class.getClassLoader(),
            new Class<?>[] {BackendFixture.class},
            new FixtureGuard(target, timing));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    Capability needed = neededBy(method.getName());
    if (needed != null && target.gaps().containsKey(needed)) {
      throw new TestAbortedException(needed + ": " + target.gaps().get(needed));
    }
    String call = "the fixture's " + method.getName() + "()";
    return Guard.within(
        timing.patience().multipliedBy(3), call, () -> invoke(call, method, arguments));
  }

  private static Capability neededBy(String method) {
    return switch (method) {
      case "pause", "unpause" -> Capability.PAUSE;
      case "rename" -> Capability.RENAME;
      case "restart" -> Capability.RESTART;
      case "loseRuntime", "restoreRuntime" -> Capability.LOSS;
      case "freezeRuntime", "thawRuntime" -> Capability.FREEZE;
      case "absent" -> Capability.ABSENCE;
      case "refusing" -> Capability.REFUSAL;
      case "invalid" -> Capability.INVALID_CONFIG;
      default -> null;
    };
  }

  private synchronized Object invoke(String call, Method method, Object[] arguments)
      throws IllegalAccessException {
    try {
      Object result = method.invoke(target, arguments);
      if (result == null && method.getReturnType() != void.class) {
        throw new AssertionError(call + " returned null");
      }
      return result;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof TestAbortedException aborted) {
        throw aborted;
      }
      throw new AssertionError(
          "nothing is known of the backend, as %s threw %s".formatted(call, e.getCause()),
          e.getCause());
    }
  }
}
