package dev.koi;

import dev.koi.LabelRules.RejectedException;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills in what {@code koi.*} leaves open from labels that were written for a proxy: the host it
 * answers to, and the port it forwards to. Of several hosts or ports the first by key counts.
 */
final class PartnerLabels {

  /** A Host matcher of Traefik v3, perhaps negated; the case of its name does not count. */
  private static final Pattern HOST =
      Pattern.compile("(!\\s*)?\\bHost\\s*\\(\\s*([`\"])([^`\"]*)\\2", Pattern.CASE_INSENSITIVE);

  /** The template of caddy-docker-proxy for the container's own address, with a port. */
  private static final Pattern UPSTREAMS =
      Pattern.compile("\\{\\{\\s*upstreams\\s+(?:[a-z]\\w*\\s+)?(\\d+)\\s*}}");

  /** What a site address of a Caddyfile has beside the host. */
  private static final Pattern AROUND_HOST = Pattern.compile("^\\w+://|[:/].*");

  private final LabelReader reader;
  private String host; // null until found
  private String hostKey; // of the label that names it
  private Integer port; // null until found
  private String portKey;

  PartnerLabels(LabelReader reader) {
    this.reader = reader;
  }

  /** Reads Traefik's labels; returns whether they filled in anything. */
  boolean traefik(SortedMap<String, String> labels) {
    if (isFalse(labels.getOrDefault("traefik.enable", "true"))) {
      return false;
    }
    for (Map.Entry<String, String> label : labels.entrySet()) {
      String key = label.getKey();
      String value = label.getValue();
      if (key.startsWith("traefik.http.routers.") && key.endsWith(".rule")) {
        Matcher matcher = HOST.matcher(value);
        while (matcher.find()) {
          if (matcher.group(1) == null) {
            host(key, value, matcher.group(3));
          }
        }
      } else if (key.startsWith("traefik.http.services.")
          && key.endsWith(".loadbalancer.server.port")) {
        port(key, value, value);
      }
    }
    return fill("traefik-labels");
  }

  /** Reads caddy-docker-proxy's labels. */
  void caddy(String addresses, String upstreams) {
    String first = addresses.strip().split("[,\\s]", 2)[0];
    String name = AROUND_HOST.matcher(first).replaceAll("");
    if (!name.isEmpty()) {
      host("caddy", addresses, name);
    }
    Matcher matcher = UPSTREAMS.matcher(upstreams);
    if (matcher.find()) {
      port("caddy.reverse_proxy", upstreams, matcher.group(1));
    }
    fill("caddy-labels");
  }

  private void host(String key, String value, String text) {
    if (host == null && (reader.lacks("dns_name") || reader.lacks("name"))) {
      try {
        host = LabelRules.dnsName(text);
        hostKey = key;
      } catch (RejectedException e) {
        reader.reject(key, value, "names a host that " + e.getMessage());
      }
    }
  }

  private void port(String key, String value, String text) {
    if (port == null && reader.lacks("proxy_port")) {
      try {
        port = LabelRules.port(text);
        portKey = key;
      } catch (RejectedException e) {
        reader.reject(key, value, "names a port that " + e.getMessage());
      }
    }
  }

  private boolean fill(String source) {
    boolean filled = host != null && reader.fill(hostKey, "dns_name", host);
    if (host != null && host.length() <= 63) { // an instance name has room for no more
      filled |= reader.fill(hostKey, "name", host);
    }
    if (port != null) { // it was looked at only because there was none
      reader.fill(portKey, "proxy_port", port);
      filled = true;
    }
    if (filled) {
      String key = hostKey == null ? portKey : hostKey;
      reader.fill(key, "enable", true);
      reader.fill(key, "source", source);
    }
    return filled;
  }

  private static boolean isFalse(String text) {
    try {
      return !LabelRules.bool(text);
    } catch (RejectedException e) {
      return false; // then Traefik does not take it for false either
    }
  }
}
