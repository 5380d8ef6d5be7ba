package dev.koi.testkit.engine;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One rule: which answers or events it changes, and how. It applies from the call that says how
 * until it is lifted or used up. From then on it is thread-safe.
 */
public final class Fault {
  private final Faults faults;
  private final Set<Endpoint> endpoints;
  private final Random random;
  private final AtomicInteger hits = new AtomicInteger();
  private final CountDownLatch lifted = new CountDownLatch(1);
  private String text = "";
  private int times = Integer.MAX_VALUE;
  private double chance = 1;
  private Consumer<Reply> replies; // one of the two is null
  private Function<String, List<String>> events;

  Fault(Faults faults, Set<Endpoint> endpoints, long seed) {
    this.faults = faults;
    this.endpoints = endpoints;
    this.random = new Random(seed);
  }

  /** Applies this many times and then no more. */
  public Fault times(int count) {
    times = count;
    return this;
  }

  /** Applies with this probability, the same way in every run. */
  public Fault chance(double probability) {
    chance = probability;
    return this;
  }

  /** Applies only to requests with this text in path or query, and to events that contain it. */
  public Fault mentioning(String part) {
    text = part;
    return this;
  }

  /** Changes the answers to come; on /events the beginning of streams. */
  public Fault reply(Consumer<Reply> change) {
    replies = change;
    return faults.add(this);
  }

  /** Drops events on their way to open streams; the engine still remembers them. */
  public Fault drop() {
    return each(event -> List.of());
  }

  /** Sends events twice. */
  public Fault duplicate() {
    return each(event -> List.of(event, event));
  }

  /** Holds an event back until the next has gone; one held when the fault is lifted is lost. */
  public Fault swap() {
    ThreadLocal<String> held = new ThreadLocal<>(); // a stream has a thread of its own
    return each(
        event -> {
          String first = held.get();
          held.set(first == null ? event : null);
          return first == null ? List.of() : List.of(event, first);
        });
  }

  /** Replaces each event, one JSON text, by any number of others. */
  public Fault each(Function<String, List<String>> change) {
    events = change;
    return faults.add(this);
  }

  /** Ends the fault and sends the answers that it holds back. */
  public void lift() {
    faults.remove(this);
    lifted.countDown();
  }

  boolean isLifted() {
    return lifted.getCount() == 0;
  }

  /** How often it has applied. */
  public int hits() {
    return hits.get();
  }

  void apply(ReceivedRequest request, Reply reply) {
    if (replies != null && endpoints.contains(request.endpoint()) && applies(request.toString())) {
      Duration before = reply.delay;
      Reply.Repetition repetition = reply.repetition;
      replies.accept(reply);
      reply.repeatedBy = Objects.equals(reply.repetition, repetition) ? reply.repeatedBy : this;
      reply.heldBy = reply.delay.equals(before) ? reply.heldBy : this;
    }
  }

  List<String> apply(String event) {
    boolean hit = events != null && endpoints.contains(Endpoint.EVENTS) && applies(event);
    return hit ? events.apply(event) : List.of(event);
  }

  void await(long millis) throws InterruptedException {
    var unused = lifted.await(millis, TimeUnit.MILLISECONDS);
  }

  private synchronized boolean applies(String subject) {
    boolean hit = subject.contains(text) && hits.get() < times && random.nextDouble() < chance;
    if (hit) {
      hits.incrementAndGet();
    }
    return hit;
  }
}
