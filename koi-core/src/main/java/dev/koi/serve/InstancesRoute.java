package dev.koi.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.Instance;
import dev.koi.core.Koi;
import dev.koi.core.wire.WireFormat;
import dev.koi.serve.http.Answers;
import dev.koi.serve.http.InstanceQuery;
import dev.koi.serve.http.RefusedException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The instances, as an array: the answer of koi-runtime 0.3.0. It is written once for all clients
 * that ask the same before something changes.
 */
final class InstancesRoute implements Request.Handler {

  private static final int MAX_KEPT = 16;

  private final Koi koi;
  private final List<String> backends;
  private final long start;
  private final Object lock = new Object();
  private List<Instance> picture = List.of(); // guarded by lock
  private long version; // of the picture; guarded by lock
  private final Map<InstanceQuery, ByteBuffer> written = // of the picture; guarded by lock
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InstanceQuery, ByteBuffer> eldest) {
          return size() > MAX_KEPT;
        }
      };

  /** {@code start} tells this process from the one before it. */
  InstancesRoute(Koi koi, List<String> backends, long start) {
    this.koi = koi;
    this.backends = backends;
    this.start = start;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback)
      throws RefusedException {
    InstanceQuery query = InstanceQuery.of(request, backends);
    List<Instance> now;
    long number;
    synchronized (lock) {
      now = koi.instances();
      if (!same(now, picture)) {
        picture = now;
        version++;
        written.clear();
      }
      number = version;
    }
    String etag =
        "\""
            + Long.toHexString(start)
            + "-"
            + number
            + "-"
            + Integer.toHexString(query.hashCode())
            + "\"";
    Answers.unlessKnown(
        request, response, callback, etag, "application/json", () -> json(query, now, number));
    return true;
  }

  /** An unchanged instance stays the same object. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean same(List<Instance> some, List<Instance> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (some.get(i) != others.get(i)) {
        return false;
      }
    }
    return true;
  }

  private ByteBuffer json(InstanceQuery query, List<Instance> instances, long number) {
    synchronized (lock) {
      ByteBuffer kept = number == version ? written.get(query) : null;
      if (kept != null) {
        return kept;
      }
    }
    String json = WireFormat.json(instances.stream().filter(query).toList()) + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(json.getBytes(UTF_8)).asReadOnlyBuffer();
    synchronized (lock) {
      if (number == version) {
        written.put(query, bytes);
      }
    }
    return bytes;
  }
}
