package dev.koi.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;

/** Makes texts fit what DNS allows in one label: 63 octets of UTF-8. */
public final class DnsLabel {

  /** The longest label, in octets; the instance name of DNS-SD is one label, too. */
  public static final int MAX_OCTETS = 63;

  private DnsLabel() {}

  /**
   * {@return a host's label similar to the text; empty if the text has no letter or digit}
   *
   * @param text of any length
   */
  public static String like(String text) {
    String hyphenated = text.replaceAll("[^A-Za-z0-9]+", "-").replaceFirst("^-", "");
    String label = hyphenated.substring(0, Math.min(MAX_OCTETS, hyphenated.length()));
    return label.replaceFirst("-$", "").toLowerCase(Locale.ROOT);
  }

  /**
   * {@return the name with that end; if both are too long, the name is cut}
   *
   * @param name of any length
   * @param end ASCII, which fits
   */
  public static String ending(String name, String end) {
    String start = name;
    while (start.getBytes(UTF_8).length + end.length() > MAX_OCTETS) {
      start = start.substring(0, start.offsetByCodePoints(start.length(), -1));
    }
    return (start.equals(name) ? name : start.replaceFirst("[-\\s]+$", "")) + end;
  }
}
