package dev.koi.announce.avahi;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The names to try in the place of one that another host has. */
final class OtherNames {

  /** The last attempt; the first one is the wanted name itself, the second ends in 2. */
  static final int LAST = 9;

  private static final int LONGEST = 63; // octets, of a DNS label

  private OtherNames() {}

  /** {@return such as {@code grafana-2}} */
  static String label(String wanted, int attempt) {
    return attempt == 1 ? wanted : ended(wanted, "-" + attempt);
  }

  /** {@return such as {@code Grafana (2)}, as RFC 6763 suggests it} */
  static String instance(String wanted, int attempt) {
    return attempt == 1 ? wanted : ended(wanted, " (" + attempt + ")");
  }

  private static String ended(String name, String end) {
    String start = name;
    while (start.getBytes(UTF_8).length + end.length() > LONGEST) {
      start = start.substring(0, start.offsetByCodePoints(start.length(), -1));
    }
    return start + end;
  }
}
