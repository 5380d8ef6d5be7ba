package dev.koi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.text.DnsLabel;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules for the values of labels. Each method returns the value in its normal form, or throws
 * the reason why the value is invalid.
 */
final class LabelRules {

  /** A value breaks the rule of its label. The message is the reason and how to correct it. */
  static final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    RejectedException(String reason) {
      super(reason, null, false, false); // hostile labels can cause many: no stack trace
    }
  }

  private static final int MAX_SECONDS = 86_400;

  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final Pattern DNS_NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  private static final Pattern SERVICE_TYPE =
      Pattern.compile(
          "_(?=[^.]{1,15}\\.)(?=[^.]*[a-z])[a-z0-9]+(-[a-z0-9]+)*\\._(tcp|udp)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern DURATION = Pattern.compile("(\\d{1,5})([smh]?)");

  private LabelRules() {}

  static boolean bool(String text) throws RejectedException {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> throw new RejectedException("must be true or false (or yes, no, on, off, 1, 0)");
    };
  }

  static int port(String text) throws RejectedException {
    String digits = text.strip();
    int port = digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > 65_535) {
      throw new RejectedException("must be a port number in 1..65535, as in 8080");
    }
    return port;
  }

  static Duration duration(String text) throws RejectedException {
    Matcher matcher = DURATION.matcher(text.strip());
    int seconds = 0;
    if (matcher.matches()) {
      int unit =
          switch (matcher.group(2)) {
            case "m" -> 60;
            case "h" -> 3600;
            default -> 1;
          };
      seconds = Integer.parseInt(matcher.group(1)) * unit; // five digits of hours fit an int
    }
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw new RejectedException("must be 1s to 24h in whole seconds, as in 30, 30s or 5m");
    }
    return Duration.ofSeconds(seconds);
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
      String near = DnsLabel.like(name);
      throw new RejectedException(
          "must be a DNS name: letters, digits and inner hyphens, at most 63 in a label and 253 in"
              + " all (RFC 1123)"
              + (near.isEmpty() ? "" : "; try " + near));
    }
    return name.toLowerCase(Locale.ROOT);
  }

  static boolean isDnsName(String name) {
    return name.length() <= 253 && DNS_NAME.matcher(name).matches();
  }

  /** A DNS-SD service type (RFC 6763, 4.1.2) with a service name (RFC 6335, 5.1). */
  static String serviceType(String text) throws RejectedException {
    String type = text.strip();
    if (!SERVICE_TYPE.matcher(type).matches()) {
      throw new RejectedException(
          "must be _name._tcp or _name._udp, the name 1 to 15 letters, digits and single inner"
              + " hyphens with a letter among them (RFC 6335), as in _http._tcp");
    }
    return type.toLowerCase(Locale.ROOT);
  }

  /** The key of a TXT pair (RFC 6763, 6.4). */
  static String txtKey(String key) throws RejectedException {
    if (!key.matches("[ -<>-~]+")) {
      throw new RejectedException(
          "must have a TXT key of printable ASCII without '=' (RFC 6763), as in koi.txt.version");
    }
    return key;
  }

  /** The value of a TXT pair (RFC 6763, 6.5). Not stripped: blanks are part of it. */
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
      // rejected below, like any other text that is not a path
    }
    throw new RejectedException(
        "must be a path such as /healthz: absolute, percent-encoded, at most 1024 characters"
            + " (RFC 3986)");
  }

  static int octets(String text) {
    return text.getBytes(UTF_8).length;
  }

  /** {@return whether it can be encoded in UTF-8: it has no unpaired surrogate} */
  private static boolean encodable(String text) {
    return UTF_8.newEncoder().canEncode(text);
  }
}
