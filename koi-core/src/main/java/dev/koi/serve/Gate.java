package dev.koi.serve;

import dev.koi.serve.http.Answers;
import dev.koi.serve.http.RefusedException;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Checks every request: the number of connections, the name by which the client calls this server,
 * the page that makes the request, and the method.
 */
final class Gate extends Handler.Wrapper {

  private final Connections connections;
  private final CallableAs names;
  private final Set<String> page;

  /** {@code base} is the path of the page, with a slash at the end. */
  Gate(Connections connections, CallableAs names, String base, Handler handler) {
    super(handler);
    this.connections = connections;
    this.names = names;
    this.page = Set.of(base, base + "index.html", base.replaceFirst("/$", ""));
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Answers.usualHeaders(response);
    try {
      if (connections.exceeding(request.getConnectionMetaData().getConnection())) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        throw new RefusedException(
            503,
            "too_many_connections",
            "there are more connections than koi.serve.max-connections allows");
      }
      String host = request.getHeaders().get(HttpHeader.HOST);
      if (!names.allow(host)) {
        throw new RefusedException(
            403,
            "host_not_allowed",
            host == null
                ? "the request has no header Host"
                : "this server is not called '" + host + "'; koi.serve.hosts lists further names");
      }
      String origin = request.getHeaders().get(HttpHeader.ORIGIN);
      if (origin != null && !names.allowOrigin(origin, host)) {
        throw new RefusedException(
            403, "origin_not_allowed", "pages of '" + origin + "' may not read this");
      }
      if (ofAnotherSite(request)) {
        throw new RefusedException(
            403, "origin_not_allowed", "pages of other sites may link to the page only");
      }
      if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
        throw new RefusedException(405, "method_not_allowed", "only GET and HEAD are allowed");
      }
    } catch (RefusedException e) {
      Answers.error(response, callback, e);
      return true;
    }
    return super.handle(request, response, callback);
  }

  /** Browsers send no Origin for an image or script, but say that the page is of another site. */
  private boolean ofAnotherSite(Request request) {
    HttpFields headers = request.getHeaders();
    return "cross-site".equals(headers.get("Sec-Fetch-Site"))
        && !("navigate".equals(headers.get("Sec-Fetch-Mode"))
            && page.contains(Request.getPathInContext(request)));
  }
}
