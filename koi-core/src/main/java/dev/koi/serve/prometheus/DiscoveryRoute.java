package dev.koi.serve.prometheus;

import dev.koi.core.Koi;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.Enabled;
import dev.koi.core.wire.WireFormat;
import dev.koi.serve.http.Answers;
import dev.koi.serve.http.InstanceQuery;
import dev.koi.serve.http.RefusedException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers Prometheus' {@code http_sd_configs}. As long as a runtime has not been listed, the answer
 * is an error, on which Prometheus keeps the targets it has; it would drop all on an empty list.
 */
public final class DiscoveryRoute implements Request.Handler {

  private final Koi koi;
  private final String advertiseHost;

  /**
   * Makes the route.
   *
   * @param advertiseHost the host of ports that are published on all addresses
   */
  public DiscoveryRoute(Koi koi, String advertiseHost) {
    this.koi = koi;
    this.advertiseHost = advertiseHost;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback)
      throws RefusedException {
    Map<String, List<String>> parameters = InstanceQuery.parameters(request, List.of("all"));
    List<String> all = parameters.getOrDefault("all", List.of("false"));
    if (all.size() > 1 || !Set.of("true", "false").contains(all.get(0))) {
      throw RefusedException.badRequest("all must be true or false, but was " + all);
    }
    List<BackendStatus> backends = koi.status().backends();
    for (BackendStatus backend : backends) {
      if (unlisted(backend)) {
        throw new RefusedException(
            503, "not_ready", "the instances of " + backend.name() + " are not known yet");
      }
    }
    if (backends.stream().allMatch(backend -> backend.activity().connects() == 0)) {
      throw new RefusedException(503, "not_ready", "no runtime has been found yet");
    }
    Set<String> lost =
        backends.stream()
            .filter(backend -> backend.state() != BackendState.CONNECTED)
            .map(BackendStatus::name)
            .collect(Collectors.toSet());
    Targets targets = new Targets(advertiseHost, lost, all.get(0).equals("true"));
    Answers.json(response, callback, 200, WireFormat.json(targets.of(koi.instances())));
    return true;
  }

  /** Returns whether the runtime is likely to be there, and has never been listed. */
  private static boolean unlisted(BackendStatus backend) {
    return switch (backend.state()) {
      case CONNECTING -> true;
      case FAILED -> backend.activity().connects() == 0;
      case UNAVAILABLE -> backend.enabled() == Enabled.TRUE && backend.activity().connects() == 0;
      default -> false;
    };
  }
}
