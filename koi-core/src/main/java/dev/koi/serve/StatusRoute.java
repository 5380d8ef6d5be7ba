package dev.koi.serve;

import dev.koi.announce.Announcements;
import dev.koi.core.Koi;
import dev.koi.core.status.BackendState;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.status.KoiStatus;
import dev.koi.core.wire.WireFormat;
import dev.koi.publish.PublisherStatus;
import dev.koi.serve.http.Answers;
import dev.koi.serve.http.InstanceQuery;
import dev.koi.serve.http.RefusedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The status of the backends and the publisher; koi-runtime 0.3.0 has the first three fields. */
final class StatusRoute implements Request.Handler {

  private final Koi koi;
  private final Announcements announcements;
  private final Supplier<Optional<PublisherStatus>> publisher;

  StatusRoute(Koi koi, Announcements announcements, Supplier<Optional<PublisherStatus>> publisher) {
    this.koi = koi;
    this.announcements = announcements;
    this.publisher = publisher;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback)
      throws RefusedException {
    InstanceQuery.parameters(request, List.of());
    KoiStatus status = koi.status();
    List<String> connected =
        status.backends().stream()
            .filter(backend -> backend.state() == BackendState.CONNECTED)
            .map(BackendStatus::name)
            .toList();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("active", !connected.isEmpty());
    fields.put("backend", connected.size() == 1 ? connected.get(0) : null);
    fields.put("instance_count", koi.instances().size());
    fields.put("backends", status.backends().stream().map(BackendStatus::toMap).toList());
    fields.put("problems", status.problems());
    announcements.status().ifPresent(announced -> fields.put("announce", announced.toMap()));
    publisher.get().ifPresent(known -> fields.put("publisher", known.toMap()));
    Answers.json(response, callback, 200, WireFormat.json(fields));
    return true;
  }
}
