package dev.koi;

import dev.koi.LabelRules.RejectedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the metadata of one instance, the source with most to say first: what a field has got, a
 * later source does not change.
 */
final class LabelReader {

  private static final int MAX_PROBLEMS = 50;
  private static final int MAX_TXT_OCTETS = 1300; // fits an Ethernet packet (RFC 6763, 6.2)
  private static final int MAX_KNOWN_KEY = 40; // to compare longer keys would only take time

  private static final String VARIABLE = "KOI_MDNS_ANNOUNCE";
  private static final String ANNOUNCE = "koi.announce";
  private static final List<String> KNOWN =
      List.of(
          ANNOUNCE,
          "koi.certmesh",
          "koi.dns.name",
          "koi.enable",
          "koi.health.interval",
          "koi.health.kind",
          "koi.health.path",
          "koi.health.timeout",
          "koi.name",
          "koi.proxy.port",
          "koi.proxy.remote",
          "koi.txt.*",
          "koi.type");

  private final Map<String, String> labels;
  private final String announcement; // null if the environment has none

  private final Map<String, Object> values = new HashMap<>();
  private final SortedMap<String, String> txt = new TreeMap<>();
  private final Set<String> txtKeys = new HashSet<>(); // without case, which does not count
  private final List<LabelProblem> problems = new ArrayList<>();
  private int txtOctets;
  private int unlisted; // problems that found no place

  LabelReader(Map<String, String> labels, String announcement) {
    this.labels = labels;
    this.announcement = announcement;
  }

  /** {@return the one value of the environment that counts, or {@code null} if it is not set} */
  static String announcement(Collection<String> environment) {
    String prefix = VARIABLE + "=";
    SortedSet<String> found = new TreeSet<>(); // an environment has no order to go by
    for (String entry : environment) {
      if (entry.startsWith(prefix)) {
        found.add(entry.substring(prefix.length()));
      }
    }
    return found.isEmpty() ? null : found.first();
  }

  KoiMetadata read() {
    SortedMap<String, String> own = startingWith("koi.");
    for (Map.Entry<String, String> label : own.entrySet()) {
      explicit(label.getKey(), label.getValue());
    }
    if (!announced(ANNOUNCE, own.get(ANNOUNCE))) {
      announced(VARIABLE, announcement);
    }
    if (!Boolean.FALSE.equals(values.get("enable"))) {
      partners();
    }
    if (unlisted > 0) {
      problems.add(
          new LabelProblem(
              "koi.*", String.valueOf(unlisted), "more were rejected; mend those before it first"));
    }
    return new KoiMetadata(values, txt, problems);
  }

  /** {@return the labels whose key starts so, in whatever case, sorted by key} */
  private SortedMap<String, String> startingWith(String prefix) {
    SortedMap<String, String> found = new TreeMap<>();
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if (label.getKey().regionMatches(true, 0, prefix, 0, prefix.length())) {
        found.put(label.getKey(), label.getValue());
      }
    }
    return found;
  }

  /** Sets a field that no source has set so far; returns whether it did. */
  boolean fill(String wireName, Object value) {
    return values.putIfAbsent(wireName, value) == null;
  }

  boolean lacks(String wireName) {
    return !values.containsKey(wireName);
  }

  void reject(String key, String value, String reason) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(new LabelProblem(key, value, reason));
    } else {
      unlisted++;
    }
  }

  private void explicit(String key, String value) {
    try {
      switch (key) {
        case "koi.enable" -> fill("enable", LabelRules.bool(value));
        case "koi.type" -> fill("service_type", LabelRules.serviceType(value));
        case "koi.name" -> fill("name", LabelRules.instanceName(value));
        case "koi.dns.name" -> fill("dns_name", LabelRules.dnsName(value));
        case "koi.health.path" -> fill("health_path", LabelRules.healthPath(value));
        case "koi.health.kind" -> fill("health_kind", LabelRules.healthKind(value));
        case "koi.health.interval" -> fill("health_interval", LabelRules.duration(value));
        case "koi.health.timeout" -> fill("health_timeout", LabelRules.duration(value));
        case "koi.proxy.port" -> fill("proxy_port", LabelRules.port(value));
        case "koi.proxy.remote" -> fill("proxy_remote", LabelRules.bool(value));
        case "koi.certmesh" -> fill("certmesh", LabelRules.bool(value));
        case ANNOUNCE -> {} // speaks after all explicit labels
        default -> {
          if (!key.startsWith("koi.txt.")) {
            throw new RejectedException(unknown(key));
          }
          txt(key.substring("koi.txt.".length()), value);
        }
      }
    } catch (RejectedException e) {
      reject(key, value, e.getMessage());
    }
  }

  private void txt(String name, String value) throws RejectedException {
    String key = LabelRules.txtKey(name);
    int octets = 1 + LabelRules.octets(key + "=" + LabelRules.txtValue(key, value));
    if (txtOctets + octets > MAX_TXT_OCTETS) {
      throw new RejectedException(
          "does not fit: TXT pairs are at most 1300 octets together (RFC 6763); shorten some");
    }
    if (!txtKeys.add(key.toLowerCase(Locale.ROOT))) {
      throw new RejectedException(
          "is there twice, as case does not tell TXT keys apart (RFC 6763); remove one");
    }
    txt.put(key, value);
    txtOctets += octets;
  }

  /** Reads the shorthand for enable, name and dns_name; returns whether it counts. */
  private boolean announced(String key, String value) {
    if (value == null) {
      return false;
    }
    String shown = key.equals(VARIABLE) ? "***" : value; // no value of the environment is kept
    String name;
    try {
      name = LabelRules.instanceName(value);
    } catch (RejectedException e) {
      reject(key, shown, e.getMessage());
      return false;
    }
    fill("enable", true);
    fill("name", name);
    if (lacks("dns_name")) {
      String dnsName =
          LabelRules.isDnsName(name) ? name.toLowerCase(Locale.ROOT) : LabelRules.dnsLabel(name);
      if (dnsName.isEmpty()) {
        reject(key, shown, "has no letter or digit to make a DNS name of; set koi.dns.name too");
      } else {
        fill("dns_name", dnsName);
      }
    }
    return true;
  }

  private void partners() {
    SortedMap<String, String> traefik = startingWith("traefik.");
    // most instances have no such label, and need not wait for the class with its patterns
    if (!traefik.isEmpty() && new PartnerLabels(this).traefik(traefik)) {
      return;
    }
    String caddy = labels.get("caddy");
    if (caddy != null) {
      new PartnerLabels(this).caddy(caddy, labels.getOrDefault("caddy.reverse_proxy", ""));
    }
  }

  private static String unknown(String key) {
    String reason = "is not a label that Koi knows, and has no effect; remove it";
    if (key.length() <= MAX_KNOWN_KEY) {
      int nearest = 3; // two slips at most
      for (String known : KNOWN) {
        int distance = distance(key.toLowerCase(Locale.ROOT), known);
        if (distance < nearest) {
          nearest = distance;
          reason = "is not a label that Koi knows; did you mean " + known + "?";
        }
      }
    }
    return reason;
  }

  /** {@return how many letters must be added, removed or replaced to make one of the other} */
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
