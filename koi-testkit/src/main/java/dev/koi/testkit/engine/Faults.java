package dev.koi.testkit.engine;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The rules by which a simulated engine answers wrongly. A rule names what it applies to and then
 * the change; rules apply in the order in which they were made. Thread-safe.
 *
 * <pre>{@code
 * engine.faults().on(LIST).times(2).reply(r -> r.status(503).header("Retry-After", "1"));
 * engine.faults().on(INSPECT).mentioning(id).reply(r -> r.status(500));
 * engine.faults().on(LIST).reply(r -> r.truncate(100));
 * engine.faults().on(EVENTS).reply(r -> r.status(403));
 * engine.faults().on(EVENTS).chance(0.5).drop();
 * Fault hung = engine.faults().on(PING).reply(Reply::hang);
 * hung.lift();
 * }</pre>
 *
 * <p>{@link #attack} has the engine do what only an enemy would. {@link
 * SimulatedEngine#emit(String)} sends any text as an event, such as malformed JSON; {@link
 * FaultProxy} breaks connections.
 */
public final class Faults {
  private final List<Fault> active = new CopyOnWriteArrayList<>();

  Faults() {}

  /** Begins a rule for requests to these endpoints, or to all if none is named. */
  public Fault on(Endpoint... endpoints) {
    Set<Endpoint> chosen = EnumSet.allOf(Endpoint.class);
    if (endpoints.length > 0) {
      chosen.retainAll(List.of(endpoints));
    }
    return new Fault(this, chosen, active.size());
  }

  /** Has the engine behave in a hostile way, until the fault is lifted. */
  public Fault attack(Hostility hostility) {
    return on(hostility.endpoints()).reply(hostility::change);
  }

  /** Lifts all faults. */
  public void lift() {
    active.forEach(Fault::lift);
  }

  Fault add(Fault fault) {
    active.add(fault);
    return fault;
  }

  void remove(Fault fault) {
    active.remove(fault);
  }

  void apply(ReceivedRequest request, Reply reply) {
    active.forEach(fault -> fault.apply(request, reply));
  }

  /** Returns what the calling thread's stream sends in place of an event. */
  List<String> apply(String event) {
    List<String> result = List.of(event);
    for (Fault fault : active) {
      result = result.stream().flatMap(e -> fault.apply(e).stream()).toList();
    }
    return result;
  }
}
