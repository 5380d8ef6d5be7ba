package dev.koi.testkit.internal;

import static java.util.stream.Collectors.joining;

import dev.koi.spi.rules.TimedCalls;
import dev.koi.testkit.BackendFixture;
import dev.koi.testkit.Capability;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/**
 * Stands before a fixture: one call at a time, each with a deadline. A declared gap becomes "not
 * verified", a failure becomes a {@link FixtureFault}.
 */
final class FixtureProxy implements InvocationHandler {

  private static final Map<Capability, List<String>> METHODS =
      Map.ofEntries(
          Map.entry(Capability.PAUSE, List.of("pause", "unpause")),
          Map.entry(Capability.RENAME, List.of("rename")),
          Map.entry(Capability.NAMESAKE, List.of("startNamesake")),
          Map.entry(Capability.RELABEL, List.of("relabel")),
          Map.entry(Capability.READDRESS, List.of("readdress")),
          Map.entry(Capability.RESTART, List.of("restart")),
          Map.entry(Capability.HEALTH, List.of("setHealth")),
          Map.entry(Capability.RESTARTING, List.of("crash")),
          Map.entry(Capability.LOSS, List.of("loseRuntime", "restoreRuntime")),
          Map.entry(Capability.FREEZE, List.of("freezeRuntime", "thawRuntime")),
          Map.entry(Capability.ABSENCE, List.of("absent")),
          Map.entry(Capability.REFUSAL, List.of("refusing")),
          Map.entry(Capability.INVALID_CONFIG, List.of("invalid")));

  private final BackendFixture target;
  private final Duration limit;
  private final TimedCalls calls =
      new TimedCalls("fixture", Thread.currentThread().getContextClassLoader());

  private FixtureProxy(BackendFixture target, Duration limit) {
    this.target = target;
    this.limit = limit;
  }

  static BackendFixture around(BackendFixture target, WaitTimes times) {
    return (BackendFixture)
        Proxy.newProxyInstance(
            BackendFixture.class.getClassLoader(),
            new Class<?>[] {BackendFixture.class},
            new FixtureProxy(target, times.patience().multipliedBy(3)));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    Capability needed = neededBy(method.getName());
    if (needed != null && target.gaps().containsKey(needed)) {
      throw new TestAbortedException(needed + ": " + target.gaps().get(needed));
    }
    if (needed != null && isInherited(method.getName())) {
      throw new FixtureFault("missing methods", missing(), null);
    }
    String call = "the fixture's " + method.getName() + "()";
    try {
      return calls.within(limit, call, () -> invoke(call, method, arguments));
    } catch (FixtureFault e) {
      throw e;
    } catch (AssertionError e) { // the deadline
      throw new FixtureFault(call, e.getMessage(), e.getCause());
    }
  }

  private static Capability neededBy(String method) {
    return METHODS.entrySet().stream()
        .filter(entry -> entry.getValue().contains(method))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private boolean isInherited(String method) {
    return Arrays.stream(target.getClass().getMethods())
        .filter(own -> own.getName().equals(method))
        .allMatch(own -> own.getDeclaringClass() == BackendFixture.class);
  }

  /** Names everything that the fixture lacks, so that it is said once. */
  private String missing() {
    return METHODS.keySet().stream()
        .sorted()
        .filter(it -> !target.gaps().containsKey(it))
        .filter(it -> METHODS.get(it).stream().anyMatch(this::isInherited))
        .map(it -> "override %s(), or name %s in gaps()".formatted(METHODS.get(it).get(0), it))
        .collect(joining("\n", "the fixture is unfinished:\n", ""));
  }

  private synchronized Object invoke(String call, Method method, Object[] arguments)
      throws IllegalAccessException {
    try {
      Object result = method.invoke(target, arguments);
      if (result == null && method.getReturnType() != void.class) {
        throw new FixtureFault(call, call + " returned null", null);
      }
      return result;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof TestAbortedException aborted) {
        throw aborted;
      }
      throw new FixtureFault(call, call + " threw " + e.getCause(), e.getCause());
    }
  }
}
