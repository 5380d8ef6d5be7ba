package dev.koi.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A listener that records its events, for a {@link History} that must not be broken. */
public final class Grammar implements Consumer<RuntimeEvent> {

  private final List<RuntimeEvent> events = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void accept(RuntimeEvent event) {
    events.add(event);
  }

  /** Returns the changes so far: all events but Synced. */
  public List<RuntimeEvent> events() {
    return all().stream().filter(e -> !(e instanceof RuntimeEvent.BackendSynced)).toList();
  }

  /** Returns all events so far. */
  public List<RuntimeEvent> all() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  /** Returns the changes so far as text, as in "Started web" and "Updated web [state]". */
  public List<String> told() {
    return events().stream().map(Grammar::text).toList();
  }

  /** Returns the event as text, with the container's own name. */
  public static String text(RuntimeEvent event) {
    return event.getClass().getSimpleName()
        + History.instance(event).map(instance -> " " + instance.containerName()).orElse("")
        + (event instanceof RuntimeEvent.Updated updated ? " " + updated.changed() : "");
  }

  /** Waits until these were the changes so far, and no others. */
  public void awaitTold(String... events) {
    await().untilAsserted(() -> assertThat(told()).containsExactly(events));
  }

  /** Waits until the picture is this one. */
  public void awaitPicture(Supplier<Collection<Instance>> truth) {
    await().untilAsserted(() -> assertThat(history().differencesFrom(truth.get())).isEmpty());
  }

  /** Returns the events so far, to be judged. */
  public History history() {
    return new History(all());
  }

  /** Returns the picture that the events add up to. */
  public Collection<Instance> present() {
    return history().picture();
  }

  /** Fails if any event broke the grammar. */
  public void verify() {
    assertThat(history().againstTheGrammar()).as("events against the grammar").isEmpty();
    assertThat(history().againstTheTurns()).as("losses and returns in turns").isEmpty();
    assertThat(history().againstTheSyncs()).as("where a picture is complete").isEmpty();
  }
}
