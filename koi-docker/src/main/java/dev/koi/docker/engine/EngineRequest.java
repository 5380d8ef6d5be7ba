package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.regex.Pattern;

/**
 * A request that Koi may make of an engine: the five made here, all GET, and no other. An engine's
 * socket is root's power over its host, so this is the one place that decides what is asked.
 */
final class EngineRequest {

  private static final Pattern ID = Pattern.compile("[0-9a-f]{12,64}");
  private static final Pattern POD_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

  private final String path;
  private final String permission;

  private EngineRequest(String path, String permission) {
    this.path = path;
    this.permission = permission;
  }

  static EngineRequest ping() {
    return new EngineRequest("/_ping", "PING");
  }

  static EngineRequest version() {
    return new EngineRequest("/version", "VERSION");
  }

  /** Asks for every container that may be present. */
  static EngineRequest list(ApiVersion version, EngineDialect dialect) {
    return new EngineRequest(
        "/v" + version + "/containers/json" + (dialect.listsOnlyRunning() ? "?all=1" : ""),
        "CONTAINERS");
  }

  /** Asks for the one row of the list that is about this container. */
  static EngineRequest row(ApiVersion version, String id) {
    return rows(version, "\"id\":[\"" + id(id) + "\"]");
  }

  /**
   * Asks for the row of a container, which Podman gives if that is the name of its pod.
   *
   * @throws IllegalArgumentException unless {@link #isPodName}
   */
  static EngineRequest podMember(ApiVersion version, String id, String pod) {
    if (!isPodName(pod)) {
      throw new IllegalArgumentException("not a pod's name: " + pod);
    }
    return rows(version, "\"id\":[\"" + id(id) + "\"],\"pod\":[\"" + pod + "\"]");
  }

  private static EngineRequest rows(ApiVersion version, String filters) {
    return new EngineRequest(
        "/v" + version + "/containers/json?all=1&filters=" + encoded("{" + filters + "}"),
        "CONTAINERS");
  }

  /**
   * Asks for one container.
   *
   * @throws IllegalArgumentException unless {@link #isId}
   */
  static EngineRequest inspect(ApiVersion version, String id) {
    return new EngineRequest("/v" + version + "/containers/" + id(id) + "/json", "CONTAINERS");
  }

  /**
   * Asks for the events of containers and networks.
   *
   * @param since in seconds of the engine's clock; 0 for those of the future only
   */
  static EngineRequest events(ApiVersion version, long since) {
    return new EngineRequest(
        "/v"
            + version
            + "/events?filters="
            + encoded("{\"type\":[\"container\",\"network\"]}")
            + (since == 0 ? "" : "&since=" + since),
        "EVENTS");
  }

  /** Returns whether an engine may have given that id to a container; a name is none. */
  static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  /** Returns whether Podman lets a pod have that name. */
  static boolean isPodName(String name) {
    return POD_NAME.matcher(name).matches();
  }

  private static String id(String id) {
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

  /** Returns what people are told was asked; the query would tell them nothing. */
  @Override
  public String toString() {
    return "GET " + path.replaceFirst("\\?.*", "");
  }
}
