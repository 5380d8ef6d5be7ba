package dev.koi.docker.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Knows of an engine only what its hints lead to, as Koi does: for each hint it looks once. What it
 * knows is right only if no hint was missing (W-2) and none too early (W-3).
 */
public final class HintFollower implements AutoCloseable {

  private final RuntimeConnection connection;
  private final InstanceWatch watch;
  private final Map<String, Optional<Instance>> known = new ConcurrentHashMap<>();
  private final List<ChangeHint> hints = new ArrayList<>(); // guarded by itself
  private final Thread thread;
  private volatile IOException end;

  /** Begins to watch, then lists, then follows hints until closed. */
  public HintFollower(RuntimeConnection connection) throws IOException, InterruptedException {
    this.connection = connection;
    watch = connection.watch();
    learn(connection.listInstances());
    thread = new Thread(this::follow, "hint-follower");
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    try {
      while (true) {
        ChangeHint hint = watch.take();
        synchronized (hints) {
          hints.add(hint);
        }
        if (hint instanceof ChangeHint.OneInstance one) {
          known.put(one.id(), connection.findInstance(one.id()));
        } else {
          learn(connection.listInstances());
        }
      }
    } catch (IOException e) {
      end = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void learn(List<Instance> all) {
    known.replaceAll((id, last) -> Optional.empty());
    all.forEach(instance -> known.put(instance.id(), Optional.of(instance)));
  }

  /** Returns what is known of that instance; empty if it has ended or was never heard of. */
  public Optional<Instance> known(String id) {
    return known.getOrDefault(id, Optional.empty());
  }

  /** Waits until what is known of that instance is as expected. */
  public Instance awaitInstance(String id, Predicate<Instance> expected) {
    return await()
        .atMost(60, SECONDS)
        .until(() -> known(id), instance -> instance.filter(expected).isPresent())
        .orElseThrow();
  }

  /** Waits until that instance is known to have ended. */
  public void awaitEnd(String id) {
    await().atMost(60, SECONDS).until(() -> known(id).isEmpty());
  }

  /** Waits for the end of the watch, and returns why it has ended. */
  public IOException awaitFailure() {
    return await().atMost(60, SECONDS).until(() -> end, failure -> failure != null);
  }

  /** Returns how many hints were handed out for that instance. */
  public long hints(String id) {
    synchronized (hints) {
      return hints.stream().filter(ChangeHint.instance(id)::equals).count();
    }
  }

  @Override
  public void close() {
    watch.close();
    connection.close();
  }
}
