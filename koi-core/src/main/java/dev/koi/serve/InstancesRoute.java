package dev.koi.serve;

import dev.koi.core.Koi;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.wire.WireFormat;
import dev.koi.serve.http.Answers;
import dev.koi.serve.http.InstanceQuery;
import dev.koi.serve.http.RefusedException;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The instances, as an array: the answer of koi-runtime 0.3.0. */
final class InstancesRoute implements Request.Handler {

  private final Koi koi;
  private final WireFormat wire = new WireFormat();

  InstancesRoute(Koi koi) {
    this.koi = koi;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback)
      throws RefusedException {
    List<String> backends = koi.status().backends().stream().map(BackendStatus::name).toList();
    InstanceQuery query = InstanceQuery.of(request, backends);
    Answers.json(
        response, callback, 200, wire.instances(koi.instances().stream().filter(query).toList()));
    return true;
  }
}
