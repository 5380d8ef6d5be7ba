package dev.koi.serve;

import dev.koi.core.Koi;
import dev.koi.core.status.BackendState;
import dev.koi.publish.PublisherStatus;
import dev.koi.publish.PublisherStatus.State;
import dev.koi.serve.http.Answers;
import dev.koi.serve.http.RefusedException;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers programs that start and restart this one; says nothing of instances or backends. */
final class ProbeRoute {

  private ProbeRoute() {}

  /** Answers while the server runs. */
  static Request.Handler health() {
    return (request, response, callback) -> ok(response, callback);
  }

  /**
   * Answers once each backend has listed its instances, and the publisher has written them, or has
   * failed to for the first time.
   */
  static Request.Handler readiness(Koi koi, Supplier<Optional<PublisherStatus>> publisher) {
    return (request, response, callback) -> {
      if (koi.status().backends().stream().anyMatch(b -> b.state() == BackendState.CONNECTING)) {
        throw new RefusedException(503, "not_ready", "the runtimes have not all answered yet");
      } else if (publisher.get().filter(p -> p.state() == State.CONNECTING).isPresent()) {
        throw new RefusedException(503, "not_ready", "the instances are not published yet");
      }
      return ok(response, callback);
    };
  }

  private static boolean ok(Response response, Callback callback) {
    Answers.json(response, callback, 200, "{\"status\":\"ok\"}");
    return true;
  }
}
