package dev.koi.announce.jmdns;

import dev.koi.announce.Announcement;
import dev.koi.announce.Announcement.Address;
import dev.koi.announce.AnnouncementState;
import dev.koi.announce.AnnouncementState.Announced;
import dev.koi.announce.AnnouncementState.Failed;
import dev.koi.announce.AnnouncementState.Probing;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** One announcement, by a responder for each of its IPv4 addresses. */
final class JmdnsPublication {

  private final Announcement announcement;
  private final long begun;
  private CompletableFuture<Void> beginning;

  private final Object lock = new Object();
  private final List<Responder> responders = new ArrayList<>(); // guarded by lock
  private Instant since; // guarded by lock; null while it is not announced
  private String error = ""; // guarded by lock

  JmdnsPublication(Announcement announcement, long begun) {
    this.announcement = announcement;
    this.begun = begun;
  }

  Announcement announcement() {
    return announcement;
  }

  /** {@return when it began} */
  long begun() {
    return begun;
  }

  /**
   * Begins to announce, on a thread of an executor.
   *
   * @param former after which it may begin, or null
   * @param done is run when it is announced, or has failed
   */
  void begin(
      Responder.Maker maker,
      CompletableFuture<Void> former,
      Executor executor,
      Clock clock,
      Runnable done) {
    CompletableFuture<Void> start =
        former == null ? CompletableFuture.completedFuture(null) : former;
    beginning =
        start
            .thenRunAsync(() -> makeAll(maker, clock), executor)
            .exceptionally(this::failed)
            .thenRun(done);
  }

  private void makeAll(Responder.Maker maker, Clock clock) {
    for (Address address : announcement.addresses()) {
      if (address.address() instanceof Inet4Address) {
        try {
          Responder made = maker.make(announcement, address.address());
          synchronized (lock) {
            responders.add(made);
          }
        } catch (IOException e) {
          failed(e);
        }
      }
    }
    synchronized (lock) {
      if (!responders.isEmpty()) {
        since = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      } else if (error.isEmpty()) {
        error = "it has no IPv4 address, and JmDNS needs one";
      }
    }
  }

  private Void failed(Throwable e) {
    synchronized (lock) {
      error = String.valueOf(e.getMessage());
    }
    return null;
  }

  /** {@return completes when everything is withdrawn} */
  CompletableFuture<Void> end(Executor executor) {
    return beginning.thenComposeAsync(
        none -> {
          List<CompletableFuture<Void>> ends = new ArrayList<>();
          synchronized (lock) {
            responders.forEach(each -> ends.add(CompletableFuture.runAsync(each::close, executor)));
          }
          return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
              .exceptionally(e -> null); // the names end with their time to live
        },
        executor);
  }

  AnnouncementState state() {
    synchronized (lock) {
      if (since == null) {
        return error.isEmpty() ? new Probing(announcement.hostLabel()) : new Failed(error);
      }
      Responder first = responders.get(0);
      return new Announced(first.hostLabel(), first.instanceName(), since);
    }
  }

  /** Whether JmDNS has chosen another host name, because the wanted one belongs to another host. */
  boolean isRenamed() {
    synchronized (lock) {
      return since != null && !responders.get(0).hostLabel().equals(announcement.hostLabel());
    }
  }
}
