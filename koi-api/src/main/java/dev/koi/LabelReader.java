package dev.koi;

import dev.koi.LabelRules.RejectedException;
import dev.koi.labels.CaddyLabels;
import dev.koi.labels.ComposeLabels;
import dev.koi.labels.Offer;
import dev.koi.labels.Offer.Kind;
import dev.koi.labels.TraefikLabels;
import dev.koi.text.DnsLabel;
import dev.koi.text.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads the metadata of one instance. The sources are read in the order of their precedence: a
 * later source never changes a field that an earlier one has set.
 */
final class LabelReader {

  private static final int MAX_PROBLEMS = 50;
  private static final int MAX_TXT_OCTETS = 1300; // fits an Ethernet packet (RFC 6763, 6.2)

  private static final String TRAEFIK = "traefik-labels";
  private static final String CADDY = "caddy-labels";

  /** The proxies whose labels can set the fields that no label of Koi sets. */
  static final Set<String> SOURCES = Set.of(TRAEFIK, CADDY);

  private static final String VARIABLE = "KOI_MDNS_ANNOUNCE";
  private static final String ANNOUNCE = "koi.announce";

  private static final String PRECEDENCE = "is overruled: labels with precedence set its fields";

  private final Map<String, String> labels;
  private final String announcement; // null if the environment has none

  private final Map<MetadataField, Object> values = new EnumMap<>(MetadataField.class);
  private final SortedMap<String, String> txt = new TreeMap<>();
  private final Set<String> txtKeys = new HashSet<>(); // lower case: TXT keys ignore case
  private final List<LabelProblem> problems = new ArrayList<>();
  private final List<LabelReading> readings = new ArrayList<>();
  private final Set<String> effective = new HashSet<>(); // keys that set a field or were rejected
  private int txtOctets;
  private int unlisted; // problems beyond the first 50

  LabelReader(Map<String, String> labels, String announcement) {
    this.labels = labels;
    this.announcement = announcement;
  }

  /** {@return the value of {@code KOI_MDNS_ANNOUNCE}, or {@code null} if it is not set} */
  static String announcement(Collection<String> environment) {
    String prefix = VARIABLE + "=";
    SortedSet<String> found = new TreeSet<>(); // the first by order: an environment has none
    for (String entry : environment) {
      if (entry.startsWith(prefix)) {
        found.add(entry.substring(prefix.length()));
      }
    }
    return found.isEmpty() ? null : found.first();
  }

  KoiMetadata read() {
    SortedMap<String, String> own = startingWith("koi.");
    own.keySet().removeIf(key -> key.startsWith("koi.prometheus.")); // 'koi serve' reads these
    own.forEach(this::explicit);
    if (!announced(ANNOUNCE, own.get(ANNOUNCE))) {
      announced(VARIABLE, announcement);
    }
    overruled(own.keySet().stream(), PRECEDENCE);
    proxies();
    compose();
    if (unlisted > 0) {
      problems.add(
          new LabelProblem(
              "koi.*", String.valueOf(unlisted), "more labels were rejected; correct these first"));
    }
    return new KoiMetadata(values, txt, problems, readings);
  }

  /** {@return the labels whose key begins with the prefix, in any case, sorted by key} */
  private SortedMap<String, String> startingWith(String prefix) {
    SortedMap<String, String> found = new TreeMap<>();
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if (label.getKey().regionMatches(true, 0, prefix, 0, prefix.length())) {
        found.put(label.getKey(), label.getValue());
      }
    }
    return found;
  }

  /** Sets a field on behalf of a label, if it is not set yet; returns whether it was not. */
  private boolean fill(String key, MetadataField field, Object value) {
    boolean first = values.putIfAbsent(field, value) == null;
    if (first) {
      effective.add(key);
      Object shown = value instanceof Duration time ? time.toSeconds() + "s" : value;
      readings.add(new LabelReading(key, field.toString(), shown.toString()));
    }
    return first;
  }

  private boolean lacks(MetadataField field) {
    return !values.containsKey(field);
  }

  private void reject(String key, String value, String reason) {
    effective.add(key);
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(new LabelProblem(key, value, reason));
    } else {
      unlisted++;
    }
  }

  /** Records why those of the labels that set no field had no effect. */
  private void overruled(Stream<String> keys, String reason) {
    keys.filter(key -> !effective.contains(key))
        .distinct()
        .limit(Trimmer.MAX_LABELS) // an instance keeps no more
        .forEach(key -> readings.add(new LabelReading(key, "", reason)));
  }

  private void explicit(String key, String value) {
    if (key.equals(ANNOUNCE)) {
      return; // read after all explicit labels
    }
    MetadataField field = MetadataField.of(key);
    try {
      if (field == null) {
        throw new RejectedException(unknown(key));
      } else if (field == MetadataField.TXT) {
        txt(key, value);
      } else {
        fill(key, field, field.read(value));
      }
    } catch (RejectedException e) {
      reject(key, value, e.getMessage());
    }
  }

  private void txt(String label, String value) throws RejectedException {
    String key = LabelRules.txtKey(label.substring("koi.txt.".length()));
    int octets = 1 + LabelRules.octets(key + "=" + LabelRules.txtValue(key, value));
    if (txtOctets + octets > MAX_TXT_OCTETS) {
      throw new RejectedException(
          "does not fit: all TXT pairs together have at most 1300 octets (RFC 6763); shorten some");
    }
    if (!txtKeys.add(key.toLowerCase(Locale.ROOT))) {
      throw new RejectedException(
          "is a duplicate, because TXT keys ignore case (RFC 6763); remove one");
    }
    txt.put(key, value);
    txtOctets += octets;
    effective.add(label);
    readings.add(new LabelReading(label, "txt." + key, value));
  }

  /** Reads the shorthand for enable, name and dns_name; returns whether it is valid. */
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
    fill(key, MetadataField.ENABLE, true);
    fill(key, MetadataField.NAME, name);
    if (lacks(MetadataField.DNS_NAME)) {
      String dnsName =
          LabelRules.isDnsName(name) ? name.toLowerCase(Locale.ROOT) : DnsLabel.like(name);
      if (dnsName.isEmpty()) {
        reject(key, shown, "has no letter or digit for a DNS name; set koi.dns.name too");
      } else {
        fill(key, MetadataField.DNS_NAME, dnsName);
      }
    }
    return true;
  }

  /** Fills in what is still open from the labels of one proxy: Traefik, or else Caddy. */
  private void proxies() {
    SortedMap<String, String> traefik = startingWith("traefik.");
    SortedMap<String, String> caddy = startingWith("caddy");
    caddy.keySet().removeIf(key -> !CaddyLabels.isKey(key));
    if (Boolean.FALSE.equals(values.get(MetadataField.ENABLE))) {
      Stream<String> keys = Stream.concat(traefik.keySet().stream(), caddy.keySet().stream());
      overruled(keys, "is not read, because koi.enable=false");
      // most instances have no such label: do not load the classes with the patterns for them
    } else if (traefik.isEmpty() || !fillFrom(TRAEFIK, TraefikLabels.offers(traefik))) {
      if (!caddy.isEmpty()) {
        fillFrom(CADDY, CaddyLabels.offers(caddy));
      }
    } else {
      overruled(caddy.keySet().stream(), "is not read, because Traefik's labels are");
    }
  }

  /** Takes the first valid host and the first valid port; returns whether a field was set. */
  private boolean fillFrom(String source, List<Offer> offers) {
    String host = null;
    String key = null; // of the first label that set a field
    for (Offer offer : offers) {
      boolean set = false;
      try {
        if (offer.kind() == Kind.PORT) {
          set =
              lacks(MetadataField.PROXY_PORT)
                  && fill(offer.key(), MetadataField.PROXY_PORT, LabelRules.port(offer.text()));
        } else if (host == null && (lacks(MetadataField.DNS_NAME) || lacks(MetadataField.NAME))) {
          host = LabelRules.dnsName(offer.text());
          set = fill(offer.key(), MetadataField.DNS_NAME, host);
          if (host.length() <= 63) { // the limit of an instance name
            set |= fill(offer.key(), MetadataField.NAME, host);
          }
        }
      } catch (RejectedException e) {
        String kind = offer.kind() == Kind.PORT ? "port" : "host";
        reject(offer.key(), labels.get(offer.key()), "names a " + kind + " that " + e.getMessage());
      }
      key = set && key == null ? offer.key() : key;
    }
    overruled(offers.stream().map(Offer::key), PRECEDENCE);
    if (key != null) {
      fill(key, MetadataField.ENABLE, true);
      fill(key, MetadataField.SOURCE, source);
    }
    return key != null;
  }

  private void compose() {
    if (ComposeLabels.read(labels) != null) {
      for (String key : ComposeLabels.KEYS) {
        if (labels.containsKey(key)) {
          readings.add(new LabelReading(key, "compose", "tells its place in a Compose project"));
        }
      }
    }
  }

  private static String unknown(String key) {
    List<String> known = new ArrayList<>(MetadataField.labels());
    known.add(ANNOUNCE);
    return "is not a label that Koi knows"
        + Nearest.to(key, known)
            .map(nearest -> "; did you mean " + nearest + "?")
            .orElse(", and has no effect; remove it");
  }
}
