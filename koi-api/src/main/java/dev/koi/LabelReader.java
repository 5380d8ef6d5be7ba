package dev.koi;

import dev.koi.LabelRules.RejectedException;
import java.time.Duration;
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
  private final List<LabelReading> readings = new ArrayList<>();
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
    return new KoiMetadata(values, txt, problems, readings);
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

  /** Sets a field that no source has set so far, because of that label; returns whether it did. */
  boolean fill(String key, String wireName, Object value) {
    boolean first = values.putIfAbsent(wireName, value) == null;
    if (first) {
      Object shown = value instanceof Duration time ? time.toSeconds() + "s" : value;
      readings.add(new LabelReading(key, wireName, shown.toString()));
    }
    return first;
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
        case "koi.enable" -> fill(key, "enable", LabelRules.bool(value));
        case "koi.type" -> fill(key, "service_type", LabelRules.serviceType(value));
        case "koi.name" -> fill(key, "name", LabelRules.instanceName(value));
        case "koi.dns.name" -> fill(key, "dns_name", LabelRules.dnsName(value));
        case "koi.health.path" -> fill(key, "health_path", LabelRules.healthPath(value));
        case "koi.health.kind" -> fill(key, "health_kind", LabelRules.healthKind(value));
        case "koi.health.interval" -> fill(key, "health_interval", LabelRules.duration(value));
        case "koi.health.timeout" -> fill(key, "health_timeout", LabelRules.duration(value));
        case "koi.proxy.port" -> fill(key, "proxy_port", LabelRules.port(value));
        case "koi.proxy.remote" -> fill(key, "proxy_remote", LabelRules.bool(value));
        case "koi.certmesh" -> fill(key, "certmesh", LabelRules.bool(value));
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
    readings.add(new LabelReading("koi.txt." + key, "txt." + key, value));
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
    fill(key, "enable", true);
    fill(key, "name", name);
    if (lacks("dns_name")) {
      String dnsName =
          LabelRules.isDnsName(name) ? name.toLowerCase(Locale.ROOT) : LabelRules.dnsLabel(name);
      if (dnsName.isEmpty()) {
        reject(key, shown, "has no letter or digit to make a DNS name of; set koi.dns.name too");
      } else {
        fill(key, "dns_name", dnsName);
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
    return "is not a label that Koi knows"
        + Nearest.to(key, KNOWN)
            .map(known -> "; did you mean " + known + "?")
            .orElse(", and has no effect; remove it");
  }
}
