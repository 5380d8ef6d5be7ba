package dev.koi.testkit.memory;

import static java.util.Objects.requireNonNull;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.spi.BackendUnavailableException;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A runtime that exists only in this process and that a test changes, for {@link InMemoryBackend}
 * to watch. When a method returns, its change is complete and every watch has its hint.
 * Thread-safe.
 */
public final class InMemoryWorld implements AutoCloseable {

  static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private static final Map<String, InMemoryWorld> OPEN = new ConcurrentHashMap<>();

  private enum Mood {
    ANSWERING,
    FROZEN,
    REFUSING,
    LOST
  }

  private record Life(
      String id,
      String name,
      InstanceState state,
      Instant startedAt,
      UnaryOperator<Instance.Builder> facts) {

    Life with(InstanceState state) {
      return new Life(id, name, state, startedAt, facts);
    }

    Instance in(String backend) {
      return facts
          .apply(Instance.builder(backend, id, name))
          .state(state)
          .startedAt(startedAt)
          .build();
    }
  }

  private final String name;
  private final Map<String, Life> lives = new LinkedHashMap<>(); // guarded by this
  private final Set<InMemoryWatch> watches = new HashSet<>(); // guarded by this
  private Mood mood = Mood.ANSWERING; // guarded by this
  private int era; // counts the losses, each of which ends every connection; guarded by this
  private long births; // guarded by this
  private Instant clock = Instant.now(); // guarded by this

  private InMemoryWorld(String name) {
    this.name = name;
  }

  /**
   * Opens an empty world, which can be connected to until it is closed.
   *
   * @param name 1 to 64 letters, digits, dots, hyphens or underscores
   * @throws IllegalStateException if a world of that name is open
   */
  public static InMemoryWorld open(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name must match " + NAME + " but was " + name);
    }
    InMemoryWorld world = new InMemoryWorld(name);
    if (OPEN.putIfAbsent(name, world) != null) {
      throw new IllegalStateException("a world named " + name + " is open already");
    }
    return world;
  }

  static InMemoryWorld find(String name) throws BackendUnavailableException {
    InMemoryWorld world = OPEN.get(name);
    if (world == null) {
      throw new BackendUnavailableException(
          "no world named %s is open (open: %s); InMemoryWorld.open makes one"
              .formatted(name, new TreeSet<>(OPEN.keySet())));
    }
    return world;
  }

  /** Returns the world's name. */
  public String name() {
    return name;
  }

  /** Starts an instance of that name, and returns its id. */
  public String start(String name) {
    return start(name, facts -> facts);
  }

  /** Starts an instance of that name and with those facts, and returns its id. */
  public synchronized String start(String name, UnaryOperator<Instance.Builder> facts) {
    String id = "%s-%08x".formatted(this.name, ++births);
    put(new Life(id, name, InstanceState.RUNNING, now(), facts));
    return id;
  }

  /** Ends that instance. */
  public synchronized void stop(String id) {
    requireLife(id);
    lives.remove(id);
    watches.forEach(watch -> watch.changed(id));
  }

  /** Gives that instance other facts in place of those it had. */
  public synchronized void update(String id, UnaryOperator<Instance.Builder> facts) {
    Life life = requireLife(id);
    put(new Life(id, life.name, life.state, life.startedAt, facts));
  }

  /** Pauses that instance. */
  public synchronized void pause(String id) {
    put(requireLife(id).with(InstanceState.PAUSED));
  }

  /** Lets a paused instance run. */
  public synchronized void unpause(String id) {
    put(requireLife(id).with(InstanceState.RUNNING));
  }

  /** Has that instance wait for a restart, which {@link #restart} is. */
  public synchronized void crash(String id) {
    put(requireLife(id).with(InstanceState.RESTARTING));
  }

  /** Gives that instance another name. */
  public synchronized void rename(String id, String name) {
    Life life = requireLife(id);
    put(new Life(id, name, life.state, life.startedAt, life.facts));
  }

  /** Ends that instance's life and begins another, with the same id. */
  public synchronized void restart(String id) {
    Life life = requireLife(id);
    put(new Life(id, life.name, InstanceState.RUNNING, now(), life.facts));
  }

  /** Ends every connection and answers no call until {@link #restore}; instances stay. */
  public synchronized void lose() {
    era++;
    watches.forEach(watch -> watch.end("the world " + name + " was lost"));
    watches.clear();
    become(Mood.LOST);
  }

  /** Blocks every call until {@link #restore}. */
  public synchronized void freeze() {
    become(Mood.FROZEN);
  }

  /** Refuses new connections, until {@link #restore}. */
  public synchronized void refuse() {
    become(Mood.REFUSING);
  }

  /** Answers again. Connections made before a loss stay ended. */
  public synchronized void restore() {
    become(Mood.ANSWERING);
  }

  /** Ends the world: it is lost, and its name is free. */
  @Override
  public void close() {
    OPEN.remove(name, this);
    lose();
  }

  synchronized int greet() throws IOException, InterruptedException {
    awaitThaw();
    if (mood == Mood.LOST) {
      throw new BackendUnavailableException("the world " + name + " is lost; restore() mends it");
    }
    if (mood == Mood.REFUSING) {
      throw new IOException("the world " + name + " refuses connections; restore() mends it");
    }
    return era;
  }

  synchronized List<Instance> instances(String backend, int era)
      throws IOException, InterruptedException {
    requireEra(era);
    return lives.values().stream().map(life -> life.in(backend)).toList();
  }

  synchronized Optional<Instance> instance(String id, String backend, int era)
      throws IOException, InterruptedException {
    requireEra(era);
    return Optional.ofNullable(lives.get(id)).map(life -> life.in(backend));
  }

  synchronized void subscribe(InMemoryWatch watch, int era)
      throws IOException, InterruptedException {
    requireEra(era);
    watches.add(watch);
  }

  synchronized void unsubscribe(InMemoryWatch watch) {
    watches.remove(watch);
  }

  private void requireEra(int era) throws IOException, InterruptedException {
    awaitThaw();
    if (era != this.era) {
      throw new IOException("the world " + name + " was lost");
    }
  }

  private void awaitThaw() throws InterruptedException {
    while (mood == Mood.FROZEN) {
      wait();
    }
  }

  private void become(Mood mood) {
    this.mood = mood;
    notifyAll();
  }

  private Life requireLife(String id) {
    Life life = lives.get(requireNonNull(id, "id"));
    if (life == null) {
      throw new IllegalArgumentException("no instance " + id + " in the world " + name);
    }
    return life;
  }

  private void put(Life life) {
    lives.put(life.id, life);
    watches.forEach(watch -> watch.changed(life.id));
  }

  private Instant now() {
    Instant time = Instant.now();
    clock = time.isAfter(clock) ? time : clock.plusNanos(1); // no two lives begin at one moment
    return clock;
  }
}
