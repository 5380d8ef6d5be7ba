package dev.koi.labels;

import dev.koi.labels.Offer.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Traefik's labels for HTTP. Their keys are not case-sensitive. */
public final class TraefikLabels {

  private static final Set<String> FALSE = Set.of("false", "f", "no", "off", "0");

  /** A Host matcher of a rule, perhaps negated; the case of its name is ignored. */
  private static final Pattern HOST =
      Pattern.compile("(!\\s*)?\\bHost\\s*\\(\\s*([`\"])([^`\"]*)\\2", Pattern.CASE_INSENSITIVE);

  private TraefikLabels() {}

  /**
   * {@return the hosts and ports, in the order of the keys; none if Traefik is told to ignore the
   * container}
   *
   * @param labels those that begin with {@code traefik.}
   */
  public static List<Offer> offers(SortedMap<String, String> labels) {
    List<Offer> offers = new ArrayList<>();
    for (Map.Entry<String, String> label : labels.entrySet()) {
      String key = label.getKey().toLowerCase(Locale.ROOT);
      String value = label.getValue();
      if (key.equals("traefik.enable") && FALSE.contains(value.strip().toLowerCase(Locale.ROOT))) {
        return List.of();
      } else if (key.startsWith("traefik.http.routers.") && key.endsWith(".rule")) {
        Matcher matcher = HOST.matcher(value);
        while (matcher.find()) {
          if (matcher.group(1) == null) {
            Offer.addHost(offers, label.getKey(), matcher.group(3));
          }
        }
      } else if (key.startsWith("traefik.http.services.")
          && key.endsWith(".loadbalancer.server.port")) {
        offers.add(new Offer(label.getKey(), Kind.PORT, value));
      }
    }
    return offers;
  }
}
