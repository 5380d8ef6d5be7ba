package dev.koi.labels;

import dev.koi.labels.Offer.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads caddy-docker-proxy's labels. A label {@code caddy}, {@code caddy_0}, {@code caddy_1} ...
 * holds the addresses of one site; labels that begin with its key and a dot hold the site's
 * directives.
 */
public final class CaddyLabels {

  /** The key of a site, and of a directive in it. */
  private static final Pattern KEY = Pattern.compile("caddy(_\\d+)?(\\..*)?", Pattern.DOTALL);

  /** The parts of a site address around its host name. */
  private static final Pattern AROUND_HOST = Pattern.compile("^\\w+://|[:/].*|[\"`]");

  /** The directive, at any depth, perhaps with a number for its order or to tell it apart. */
  private static final Pattern REVERSE_PROXY =
      Pattern.compile(".*\\.(\\d+_)?reverse_proxy(_\\d+)?", Pattern.DOTALL);

  /** The template for the container's own address, with a port. */
  private static final Pattern UPSTREAMS =
      Pattern.compile("\\{\\{\\s*upstreams\\s+(?:[a-z]\\w*\\s+)?(\\d+)\\s*}}");

  private CaddyLabels() {}

  /**
   * {@return whether the label is caddy-docker-proxy's}
   *
   * @param key the label's key
   */
  public static boolean isKey(String key) {
    return KEY.matcher(key).matches();
  }

  /**
   * {@return the hosts and ports of the first site that has a host, else of the first that has a
   * port}
   *
   * @param labels those whose key {@link #isKey}
   */
  public static List<Offer> offers(SortedMap<String, String> labels) {
    List<Offer> best = List.of();
    for (String site : sites(labels)) {
      List<Offer> offers = offers(site, labels);
      if (!offers.isEmpty() && offers.get(0).kind() == Kind.HOST) {
        return offers;
      } else if (best.isEmpty()) {
        best = offers;
      }
    }
    return best;
  }

  /** {@return the keys of the sites, in the order of their numbers} */
  private static List<String> sites(SortedMap<String, String> labels) {
    return labels.keySet().stream()
        .filter(key -> key.indexOf('.') < 0)
        .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private static List<Offer> offers(String site, SortedMap<String, String> labels) {
    List<Offer> offers = new ArrayList<>();
    String addresses = labels.get(site).strip();
    if (addresses.startsWith("(")) { // a snippet, which other sites import
      return offers;
    }
    for (String address : addresses.split("[,\\s]+", -1)) {
      Offer.addHost(offers, site, AROUND_HOST.matcher(address).replaceAll(""));
    }
    labels
        .subMap(site + ".", site + "/") // a slash follows the dot in ASCII
        .forEach(
            (key, value) -> {
              Matcher upstreams = UPSTREAMS.matcher(value);
              if (REVERSE_PROXY.matcher(key).matches() && upstreams.find()) {
                offers.add(new Offer(key, Kind.PORT, upstreams.group(1)));
              }
            });
    return offers;
  }
}
