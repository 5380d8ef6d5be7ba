package dev.koi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;

/**
 * What the values of labels may be: each method returns a value in the one form that is kept, or
 * throws the reason why there is none.
 */
final class LabelRules {

  /** A value breaks the rule of its label; the message is the reason, with a remedy. */
  static final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    RejectedException(String reason) {
      super(reason, null, false, false); // hostile labels can make many: no stack trace
    }
  }

  private static final int MAX_SECONDS = 86_400;

  private LabelRules() {}

  static boolean bool(String text) throws RejectedException {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> throw new RejectedException("must be true or false (or yes, no, on, off, 1, 0)");
    };
  }

  static int port(String text) throws RejectedException {
    int port = number(text.strip());
    if (port < 1 || port > 65_535) {
      throw new RejectedException("must be a port number in 1..65535, as in 8080");
    }
    return port;
  }

  static Duration duration(String text) throws RejectedException {
    String amount = text.strip();
    int unit =
        switch (amount.isEmpty() ? ' ' : amount.charAt(amount.length() - 1)) {
          case 's' -> 1;
          case 'm' -> 60;
          case 'h' -> 3600;
          default -> 0;
        };
    int seconds =
        unit == 0 ? number(amount) : number(amount.substring(0, amount.length() - 1)) * unit;
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw new RejectedException("must be 1s to 24h in whole seconds, as in 30, 30s or 5m");
    }
    return Duration.ofSeconds(seconds);
  }

  /** {@return a number of at most five ASCII digits, else 0; as hours it fits an int of seconds} */
  private static int number(String digits) {
    if (digits.length() > 5) {
      return 0;
    }
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return 0;
      }
      number = 10 * number + c - '0';
    }
    return number;
  }

  /** A DNS-SD instance name (RFC 6763, 4.1.1). */
  static String instanceName(String text) throws RejectedException {
    String name = text.strip();
    if (name.isEmpty()
        || name.chars().anyMatch(Character::isISOControl)
        || !encodable(name)
        || octets(name) > 63) {
      throw new RejectedException(
          "must be 1 to 63 octets of UTF-8 without control characters (RFC 6763); shorten it");
    }
    return name;
  }

  /** A host name (RFC 1123, 2.1): one label or several. */
  static String dnsName(String text) throws RejectedException {
    String name = text.strip();
    if (!isDnsName(name)) {
      String near = dnsLabel(name);
      throw new RejectedException(
          "must be a DNS name: letters, digits and inner hyphens, 63 a label, 253 in all"
              + (near.isEmpty() ? " (RFC 1123)" : " (RFC 1123); try " + near));
    }
    return name.toLowerCase(Locale.ROOT);
  }

  static boolean isDnsName(String name) {
    if (name.length() > 253) {
      return false;
    }
    for (String label : name.split("\\.", -1)) {
      if (label.length() > 63 || !isHyphenated(label)) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@return the DNS label nearest to a text, or the empty text if it has nothing to make one of}
   */
  static String dnsLabel(String text) {
    StringBuilder label = new StringBuilder();
    for (int i = 0; i < text.length() && label.length() < 63; i++) {
      char c = text.charAt(i);
      if (isLetterOrDigit(c)) {
        label.append(Character.toLowerCase(c));
      } else if (!label.isEmpty() && label.charAt(label.length() - 1) != '-') {
        label.append('-');
      }
    }
    boolean dangling = !label.isEmpty() && label.charAt(label.length() - 1) == '-';
    return label.substring(0, dangling ? label.length() - 1 : label.length());
  }

  /** A DNS-SD service type (RFC 6763, 4.1.2) with a service name (RFC 6335, 5.1). */
  static String serviceType(String text) throws RejectedException {
    boolean ascii = octets(text) == text.length(); // else lower case makes a k of the Kelvin sign
    String type = ascii ? text.strip().toLowerCase(Locale.ROOT) : "";
    boolean known = type.startsWith("_") && (type.endsWith("._tcp") || type.endsWith("._udp"));
    String name = known ? type.substring(1, type.length() - 5) : "";
    if (name.length() > 15
        || !isHyphenated(name)
        || name.contains("--")
        || name.chars().noneMatch(Character::isLetter)) {
      throw new RejectedException(
          "must be _name._tcp or _name._udp, the name 1 to 15 letters, digits and single inner"
              + " hyphens with a letter among them (RFC 6335), as in _http._tcp");
    }
    return type;
  }

  /** The key of a TXT pair (RFC 6763, 6.4). */
  static String txtKey(String key) throws RejectedException {
    if (key.isEmpty() || !key.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=')) {
      throw new RejectedException(
          "must have a TXT key of printable ASCII without '=' (RFC 6763), as in koi.txt.version");
    }
    return key;
  }

  /** The value of a TXT pair (RFC 6763, 6.5), as it is: blanks count. */
  static String txtValue(String key, String value) throws RejectedException {
    if (!encodable(value) || octets(key) + 1 + octets(value) > 255) {
      throw new RejectedException(
          "must be UTF-8 and, with its TXT key, at most 255 octets (RFC 6763); shorten it");
    }
    return value;
  }

  static String healthKind(String text) throws RejectedException {
    String kind = text.strip().toLowerCase(Locale.ROOT);
    if (!kind.equals("http") && !kind.equals("tcp")) {
      throw new RejectedException("must be http or tcp");
    }
    return kind;
  }

  /** An absolute path, perhaps with a query (RFC 3986, 3.3 and 3.4). */
  static String healthPath(String text) throws RejectedException {
    String path = text.strip();
    try {
      URI uri = new URI(path);
      if (path.startsWith("/")
          && !path.startsWith("//") // would name another host
          && path.length() <= 1024
          && uri.getRawFragment() == null
          && path.chars().allMatch(c -> c <= '~')) {
        return path;
      }
    } catch (URISyntaxException e) {
      // told below, like a path that is no path
    }
    throw new RejectedException(
        "must be a path such as /healthz: absolute, percent-encoded, at most 1024 characters"
            + " (RFC 3986)");
  }

  static int octets(String text) {
    return text.getBytes(UTF_8).length;
  }

  private static boolean encodable(String text) {
    return UTF_8.newEncoder().canEncode(text); // all but lone surrogates
  }

  /** {@return whether it is letters, digits and hyphens, with no hyphen at an edge} */
  private static boolean isHyphenated(String text) {
    if (text.isEmpty() || text.startsWith("-") || text.endsWith("-")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isLetterOrDigit(text.charAt(i)) && text.charAt(i) != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
