package dev.koi.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.spi.RuntimeConnection;
import dev.koi.testkit.BackendFixture;
import org.opentest4j.TestAbortedException;

/**
 * What the kit claims about a backend. Every claim is a public final method of a top-level class: a
 * subclass could hide a nested class, and override a method that is not final.
 */
public abstract class Claims {

  static final int MANY = 100;

  /** Set for each claim by the extension. */
  Trial trial;

  Claims() {}

  /** Returns a new fixture. */
  protected abstract BackendFixture fixture() throws Exception;

  static void expectBackend(RuntimeConnection connection, String entry) throws Exception {
    assertThat(connection.listInstances())
        .extracting(Instance::backend)
        .as("backend() of what is listed for the entry %s", entry)
        .isSubsetOf(entry);
  }

  static void expect(Class<? extends Exception> type, String call, Action body) throws Exception {
    try {
      body.run();
    } catch (Exception e) {
      assertThat(e).as("thrown by %s", call).isInstanceOf(type);
      return;
    }
    throw new AssertionError(call + " threw no " + type.getSimpleName());
  }

  /** Starts an instance with every fact, and returns how the backend shows it. */
  final Instance startWith(String fact, WantedInstance wanted) throws Exception {
    String id = trial.start(wanted);
    if (!wanted.asked().contains(fact)) {
      throw new TestAbortedException("the fixture's start() does not ask for " + fact + "()");
    }
    return trial.connect().findInstance(id).orElseThrow();
  }
}
