package dev.koi.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A listener that records what it is told, and checks each event against what was told before: per
 * life {@code Started Updated* Stopped}, and Disconnected and Reconnected in turns.
 */
public final class Grammar implements Consumer<RuntimeEvent> {

  private final List<RuntimeEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Instance> present = new HashMap<>(); // guarded by this
  private final Map<String, Boolean> down = new HashMap<>(); // guarded by this
  private long last; // guarded by this

  @Override
  public synchronized void accept(RuntimeEvent event) {
    events.add(event);
    require(event.sequence() > last, event, "is not in sequence");
    last = event.sequence();
    if (event instanceof RuntimeEvent.Started started) {
      require(present.put(key(started.instance()), started.instance()) == null, event, "again");
    } else if (event instanceof RuntimeEvent.Updated updated) {
      Instance was = present.put(key(updated.instance()), updated.instance());
      require(updated.previous().equals(was), event, "does not follow what was told");
      require(updated.instance().sameLife(updated.previous()), event, "is another life");
      require(
          updated.changed().equals(updated.previous().changedFields(updated.instance())),
          event,
          "names the wrong fields");
    } else if (event instanceof RuntimeEvent.Stopped stopped) {
      require(
          stopped.instance().equals(present.remove(key(stopped.instance()))), event, "not started");
    } else if (event instanceof RuntimeEvent.BackendDisconnected) {
      require(!Boolean.TRUE.equals(down.put(event.backend(), true)), event, "is down already");
    } else {
      require(Boolean.TRUE.equals(down.put(event.backend(), false)), event, "is not down");
    }
  }

  private void require(boolean held, RuntimeEvent event, String what) {
    if (!held) {
      violations.add(event + " " + what);
    }
  }

  private static String key(Instance instance) {
    return instance.backend() + "/" + instance.id();
  }

  /** Returns what was told so far. */
  public List<RuntimeEvent> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  /** Returns the picture that the events add up to. */
  public synchronized Collection<Instance> present() {
    return List.copyOf(present.values());
  }

  /** Fails if any event broke the grammar. */
  public void verify() {
    assertThat(violations).as("events against the grammar").isEmpty();
  }
}
