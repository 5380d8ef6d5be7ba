package dev.koi.announce;

import dev.koi.text.DnsLabel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses and names in text. Nothing here asks a DNS server. */
final class Texts {

  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)(%.*)?");

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

  /** {@return the beginning of a name that fits a DNS-SD instance name} */
  static String instanceName(String text) {
    return DnsLabel.ending(text.strip().replaceAll("\\p{Cc}", ""), "");
  }
}
