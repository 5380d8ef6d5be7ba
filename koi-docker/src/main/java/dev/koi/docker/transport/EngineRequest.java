package dev.koi.docker.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;

/**
 * A request that Koi may make of an engine: the six made here, all GET, and no other. Access to an
 * engine's socket is root's power over its host, so only this class decides what is asked.
 */
public final class EngineRequest {

  private static final String CONTAINERS = "CONTAINERS";

  private final String path;
  private final String permission;

  private EngineRequest(String path, String permission) {
    this.path = path;
    this.permission = permission;
  }

  /** Asks for the product, its clock and its API version, all in the headers. */
  public static EngineRequest ping() {
    return new EngineRequest("/_ping", "PING");
  }

  /** Asks for the versions of the engine and of its API. */
  public static EngineRequest version() {
    return new EngineRequest("/version", "VERSION");
  }

  /**
   * Asks for the list of containers.
   *
   * @param all whether those that do not run are listed, too
   */
  public static EngineRequest list(ApiVersion version, boolean all) {
    return new EngineRequest(
        "/v" + version + "/containers/json" + (all ? "?all=1" : ""), CONTAINERS);
  }

  /** Asks for the row of the list that describes this container. */
  public static EngineRequest row(ApiVersion version, String id) {
    return new EngineRequest(
        "/v" + version + "/containers/json?all=1&filters=" + only(id), CONTAINERS);
  }

  /** Asks for the list in the form of Podman's own API, which names pods. */
  public static EngineRequest podmanList() {
    return new EngineRequest("/v4.0.0/libpod/containers/json?all=true", CONTAINERS);
  }

  /** Asks for the row of Podman's own list that describes this container. */
  public static EngineRequest podmanRow(String id) {
    return new EngineRequest(podmanList().path + "&filters=" + only(id), CONTAINERS);
  }

  private static String only(String id) {
    return encoded("{\"id\":[\"" + checked(id) + "\"]}");
  }

  /**
   * Asks for all details of one container.
   *
   * @throws IllegalArgumentException unless {@link #isId}
   */
  public static EngineRequest inspect(ApiVersion version, String id) {
    return new EngineRequest("/v" + version + "/containers/" + checked(id) + "/json", CONTAINERS);
  }

  /**
   * Asks for the events of containers and networks.
   *
   * @param since in seconds of the engine's clock; 0 for those of the future only
   */
  public static EngineRequest events(ApiVersion version, long since) {
    return new EngineRequest(
        "/v"
            + version
            + "/events?filters="
            + encoded("{\"type\":[\"container\",\"network\"]}")
            + (since == 0 ? "" : "&since=" + since),
        "EVENTS");
  }

  /** Returns whether an engine may have given that id to a container; a name is none. */
  public static boolean isId(String id) {
    boolean hex = id.length() >= 12 && id.length() <= 64;
    for (int i = 0; i < id.length() && hex; i++) {
      char c = id.charAt(i);
      hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    return hex;
  }

  private static String checked(String id) {
    if (!isId(id)) {
      throw new IllegalArgumentException("not a container's id: " + id);
    }
    return id;
  }

  private static String encoded(String json) {
    return URLEncoder.encode(json, UTF_8);
  }

  String path() {
    return path;
  }

  /** Returns what filtering proxies call this part of the API. */
  String permission() {
    return permission;
  }

  /** Returns method and path without the query, for messages. */
  @Override
  public String toString() {
    return "GET " + path.replaceFirst("\\?.*", "");
  }
}
