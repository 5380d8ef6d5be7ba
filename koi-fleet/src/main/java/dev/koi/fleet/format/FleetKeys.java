package dev.koi.fleet.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.fleet.etcd.KeyRange;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The keys of one fleet:
 *
 * <ul>
 *   <li>{@code <prefix>instances/<host>/<backend>/<id>} for each instance
 *   <li>{@code <prefix>hosts/<host>} for each host that publishes
 * </ul>
 *
 * <p>Each part is escaped: a byte of UTF-8 that is no letter, digit or one of {@code - . _ : @} is
 * {@code %} and two capital hexadecimal digits. So no part can pretend to be two, and each text has
 * one form only.
 *
 * @param prefix printable ASCII that begins and ends with a slash, at most 200 characters
 */
public record FleetKeys(String prefix) {

  /** The prefix unless the settings say otherwise. */
  public static final String PREFIX = "/koi/";

  /** The longest host, backend and id, each in its escaped form, together with two slashes. */
  public static final int MAX_ID = 512;

  private static final int MAX_PREFIX = 200;
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /**
   * Checks the prefix.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public FleetKeys {
    if (prefix.length() > MAX_PREFIX || !prefix.matches("/([!-~]+/)?")) {
      throw new IllegalArgumentException(
          "must be printable ASCII that begins and ends with a slash, such as /koi/");
    }
  }

  /**
   * The parts of an instance's key.
   *
   * @param host the host that publishes it
   * @param backend the name of the backend's entry on that host
   * @param id the runtime's full id
   */
  public record Parts(String host, String backend, String id) {

    /**
     * Returns the id of the instance in the fleet: the three parts in their escaped form, with
     * slashes between them.
     *
     * @throws IllegalArgumentException if a part is empty, or all are longer than {@link #MAX_ID}
     */
    public String fleetId() {
      String id = escaped(host) + '/' + escaped(backend) + '/' + escaped(this.id);
      if (id.length() > MAX_ID) {
        throw new IllegalArgumentException(
            "host, backend and id must have at most " + MAX_ID + " characters but have " + id);
      }
      return id;
    }
  }

  /** Returns the range of all keys of the fleet. */
  public KeyRange all() {
    return KeyRange.prefix(prefix);
  }

  /** Returns the range of all instances. */
  public KeyRange instances() {
    return KeyRange.prefix(prefix + "instances/");
  }

  /** Returns the range of the instances of one host. */
  public KeyRange instances(String host) {
    return KeyRange.prefix(prefix + "instances/" + escaped(host) + '/');
  }

  /** Returns the range of all hosts. */
  public KeyRange hosts() {
    return KeyRange.prefix(prefix + "hosts/");
  }

  /** Returns the key of a host. */
  public String host(String host) {
    return prefix + "hosts/" + escaped(host);
  }

  /** Returns the key of an instance by its id in the fleet. */
  public String instance(String fleetId) {
    return prefix + "instances/" + fleetId;
  }

  /** Returns the host whose key that is; empty if it is no host's key. */
  public Optional<String> hostOf(String key) {
    String start = prefix + "hosts/";
    return key.startsWith(start) ? unescaped(key.substring(start.length())) : Optional.empty();
  }

  /**
   * Returns the id in the fleet of the instance whose key that is; empty if it is no instance's.
   */
  public Optional<String> fleetIdOf(String key) {
    String start = prefix + "instances/";
    return Optional.of(key)
        .filter(text -> text.startsWith(start))
        .map(text -> text.substring(start.length()))
        .filter(id -> parts(id).isPresent());
  }

  /** Returns the parts of an id in the fleet; empty if it has another form. */
  public static Optional<Parts> parts(String fleetId) {
    String[] parts = fleetId.split("/", -1);
    if (fleetId.length() > MAX_ID || parts.length != 3) {
      return Optional.empty();
    }
    Optional<String> host = unescaped(parts[0]);
    Optional<String> backend = unescaped(parts[1]);
    Optional<String> id = unescaped(parts[2]);
    return host.isEmpty() || backend.isEmpty() || id.isEmpty()
        ? Optional.empty()
        : Optional.of(new Parts(host.get(), backend.get(), id.get()));
  }

  private static String escaped(String part) {
    if (part.isBlank()) {
      throw new IllegalArgumentException("host, backend and id must not be blank");
    }
    StringBuilder escaped = new StringBuilder();
    for (byte octet : part.getBytes(UTF_8)) {
      if (isPlain((char) octet)) {
        escaped.append((char) octet);
      } else {
        escaped.append('%').append(HEX.toHexDigits(octet));
      }
    }
    return escaped.toString();
  }

  private static boolean isPlain(char octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || "-._:@".indexOf(octet) >= 0;
  }

  /** Returns the text of which that is the escaped form; empty if it is that of none. */
  private static Optional<String> unescaped(String escaped) {
    ByteBuffer octets = ByteBuffer.allocate(escaped.length());
    try {
      for (int i = 0; i < escaped.length(); i++) {
        if (escaped.charAt(i) == '%') {
          octets.put((byte) HexFormat.fromHexDigits(escaped, i + 1, i + 3));
          i += 2;
        } else {
          octets.put((byte) escaped.charAt(i));
        }
      }
      String text = UTF_8.newDecoder().decode(octets.flip()).toString();
      return text.isBlank() || !escaped(text).equals(escaped)
          ? Optional.empty()
          : Optional.of(text);
    } catch (CharacterCodingException | IndexOutOfBoundsException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
