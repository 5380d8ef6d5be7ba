package dev.koi.serve.http;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads each path to the handler of its route. A handler may throw {@link RefusedException}, which
 * becomes the answer. Routes are mounted before the server starts.
 */
public final class Router extends Handler.Abstract {

  private static final String PATH = Router.class.getName() + ".path";

  private static final Logger log = LoggerFactory.getLogger(Router.class);

  private final Map<String, Request.Handler> routes = new TreeMap<>();
  private final Map<String, Request.Handler> below = new TreeMap<>();
  private final Set<String> open = new HashSet<>(); // paths that need no token
  private final String base; // without the slash at the end
  private final Token token;

  /**
   * Makes a router without routes.
   *
   * @param base the path that all others are below: "/", or such as "/koi/"
   * @param token what clients need
   */
  public Router(String base, Token token) {
    this.base = base.substring(0, base.length() - 1);
    this.token = token;
  }

  /** Mounts the handler of one path. */
  public Router mount(String path, Request.Handler handler) {
    routes.put(path, handler);
    return this;
  }

  /** Mounts the handler of one path that needs no token, as it says nothing about instances. */
  public Router mountOpen(String path, Request.Handler handler) {
    open.add(path);
    return mount(path, handler);
  }

  /** Mounts the handler of all other paths that begin so; {@link #path} returns the whole one. */
  public Router mountBelow(String prefix, Request.Handler handler) {
    below.put(prefix, handler);
    return this;
  }

  /** Returns the path of the request below the base, decoded, with a slash at the start. */
  public static String path(Request request) {
    return (String) request.getAttribute(PATH);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String whole = Request.getPathInContext(request);
    if (whole.equals(base) && !base.isEmpty()) {
      response.getHeaders().put(HttpHeader.LOCATION, base + "/");
      Answers.error(response, callback, 308, "moved", "the page is at " + base + "/");
      return true;
    }
    try {
      if (!whole.startsWith(base + "/")) {
        throw unknown(whole);
      }
      String path = whole.substring(base.length());
      request.setAttribute(PATH, path);
      Request.Handler route = route(path);
      if (!open.contains(path)) {
        token.require(request);
      }
      return route.handle(request, response, callback);
    } catch (RefusedException e) {
      Answers.error(response, callback, e);
      return true;
    } catch (Exception e) {
      if (!(e instanceof HttpException)) { // that is the client's mistake
        log.error("a request for {} could not be answered", whole, e);
      }
      throw e; // the answer does not quote it
    }
  }

  private Request.Handler route(String path) throws RefusedException {
    Request.Handler exact = routes.get(path);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, Request.Handler> each : below.entrySet()) {
      if (path.startsWith(each.getKey())) {
        return each.getValue();
      }
    }
    throw unknown(path);
  }

  private RefusedException unknown(String path) {
    return RefusedException.notFound(
        "there is no " + path + "; " + base + "/openapi.json describes what there is");
  }
}
