package dev.koi.announce;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses and names in text. Nothing here asks a DNS server. */
final class Texts {

  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)(%.*)?");

  private static final int MAX_LABEL = 63;

  private Texts() {}

  /** {@return the address, with or without brackets; empty if it is none} */
  static Optional<InetAddress> address(String text) {
    boolean brackets = text.startsWith("[") && text.endsWith("]");
    Matcher address = ADDRESS.matcher(brackets ? text.substring(1, text.length() - 1) : text);
    if (!address.matches()) {
      return Optional.empty(); // a name, which would be looked up
    }
    try {
      String bare = address.group(2) == null ? address.group() : address.group(2);
      return Optional.of(InetAddress.getByName(bare));
    } catch (UnknownHostException e) {
      return Optional.empty(); // such as 300.1.1.1
    }
  }

  static boolean isLoopback(String text) {
    return address(text).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  /** {@return a DNS label similar to the text; empty if the text has no letter or digit} */
  static String dnsLabel(String text) {
    String hyphenated = text.replaceAll("[^A-Za-z0-9]+", "-").replaceFirst("^-", "");
    String label = hyphenated.substring(0, Math.min(MAX_LABEL, hyphenated.length()));
    return label.replaceFirst("-$", "").toLowerCase(Locale.ROOT);
  }

  /** {@return the beginning of a name that fits a DNS-SD instance name} */
  static String instanceName(String text) {
    StringBuilder name = new StringBuilder();
    int octets = 0;
    for (int point : text.strip().codePoints().filter(c -> !Character.isISOControl(c)).toArray()) {
      octets += new String(Character.toChars(point)).getBytes(UTF_8).length;
      if (octets <= MAX_LABEL) {
        name.appendCodePoint(point);
      }
    }
    return name.toString();
  }
}
