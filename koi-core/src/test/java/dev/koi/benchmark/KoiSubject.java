package dev.koi.benchmark;

import dev.koi.RuntimeEvent;
import dev.koi.core.Koi;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Koi as an embedder uses it. Its settings come from the environment, so that nothing here depends
 * on the classes that read them.
 */
final class KoiSubject implements Subject {
  private static final int PATIENCE = 300; // seconds

  private Koi koi;

  /** Returns the environment in which Koi watches this socket and nothing else. */
  static Map<String, String> environment(String backend, Path socket) {
    String other = backend.equals("docker") ? "podman" : "docker";
    return Map.of(
        "CONFIG_FORCE_koi_backends_" + backend + "_host",
        "unix://" + socket,
        "CONFIG_FORCE_koi_backends_" + other + "_enabled",
        "false");
  }

  @Override
  public void attach(int containers, Sink sink) throws InterruptedException {
    CountDownLatch missing = new CountDownLatch(containers);
    koi = Koi.start();
    koi.subscribe(
        event -> {
          if (event instanceof RuntimeEvent.Started started) {
            if (missing.getCount() > 0) {
              missing.countDown();
            } else {
              sink.deliver("started", started.instance().id(), started.instance().name());
            }
          } else if (event instanceof RuntimeEvent.Updated updated) {
            sink.deliver("updated", updated.instance().id(), updated.instance().name());
          }
        });
    if (!missing.await(PATIENCE, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          missing.getCount() + " of " + containers + " containers missing: " + koi.status());
    }
  }

  @Override
  public void detach() {
    koi.close();
  }
}
