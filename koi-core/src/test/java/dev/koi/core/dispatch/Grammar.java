package dev.koi.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** A listener that records what it is told, for a {@link History} that must not be broken. */
public final class Grammar implements Consumer<RuntimeEvent> {

  private final List<RuntimeEvent> events = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void accept(RuntimeEvent event) {
    events.add(event);
  }

  /** Returns what was told so far. */
  public List<RuntimeEvent> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  /** Returns what was told so far, to be judged. */
  public History history() {
    return new History(events());
  }

  /** Returns the picture that the events add up to. */
  public Collection<Instance> present() {
    return history().picture();
  }

  /** Fails if any event broke the grammar. */
  public void verify() {
    assertThat(history().againstTheGrammar()).as("events against the grammar").isEmpty();
    assertThat(history().againstTheTurns()).as("losses and returns in turns").isEmpty();
  }
}
