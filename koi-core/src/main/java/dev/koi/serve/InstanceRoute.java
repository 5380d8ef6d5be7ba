package dev.koi.serve;

import dev.koi.Instance;
import dev.koi.announce.AnnouncedName;
import dev.koi.announce.Announcements;
import dev.koi.core.Koi;
import dev.koi.core.explain.Explanation;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.wire.WireFormat;
import dev.koi.serve.http.Answers;
import dev.koi.serve.http.InstanceQuery;
import dev.koi.serve.http.RefusedException;
import dev.koi.serve.http.Router;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One instance, by its id or the beginning of it; and its explanation. */
final class InstanceRoute implements Request.Handler {

  static final String BELOW = "/v1/runtime/instances/";
  private static final String EXPLAIN = "/explain";
  private static final int MIN_PREFIX = 4;

  private final Koi koi;
  private final List<String> backends;
  private final Announcements announcements;

  InstanceRoute(Koi koi, List<String> backends, Announcements announcements) {
    this.koi = koi;
    this.backends = backends;
    this.announcements = announcements;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback)
      throws RefusedException {
    Predicate<Instance> backend = InstanceQuery.ofBackend(request, backends);
    String asked = Router.path(request).substring(BELOW.length());
    if (asked.endsWith(EXPLAIN)) {
      Instance found = find(asked.substring(0, asked.length() - EXPLAIN.length()), backend);
      List<Map<String, Object>> names =
          announcements.status().stream()
              .flatMap(status -> status.of(found).stream())
              .map(AnnouncedName::toMap)
              .toList();
      String limitation = // what the backend cannot see may be what is asked about
          koi.status().backend(found.backend()).map(BackendStatus::reason).orElse("");
      String json = WireFormat.explanation(Explanation.of(found), limitation, names);
      Answers.json(response, callback, 200, json);
    } else {
      Answers.json(response, callback, 200, WireFormat.json(find(asked, backend).toMap()));
    }
    return true;
  }

  private Instance find(String id, Predicate<Instance> backend) throws RefusedException {
    List<Instance> found = all(backend.and(each -> each.id().equals(id)));
    if (found.isEmpty() && id.length() >= MIN_PREFIX) {
      String start = id.toLowerCase(Locale.ROOT);
      found = all(backend.and(each -> each.id().startsWith(start)));
    }
    if (found.isEmpty()) {
      throw RefusedException.notFound(
          "no instance has the id '"
              + id
              + "', or one that begins with at least "
              + MIN_PREFIX
              + " characters of it; the parameter 'name' of /v1/runtime/instances finds names");
    } else if (found.size() > 1) {
      throw new RefusedException(
          409,
          "ambiguous",
          found.stream()
              .map(each -> each.backend() + "/" + each.id())
              .collect(Collectors.joining(", ", "several instances have such an id: ", "")));
    }
    return found.get(0);
  }

  private List<Instance> all(Predicate<Instance> wanted) {
    return koi.instances().stream().filter(wanted).toList();
  }
}
