package dev.koi.fleet.etcd;

import static java.util.Objects.requireNonNull;

/**
 * The keys from {@code first} up to {@code end}, which is not one of them, in the order of bytes.
 * Each character of a key is one byte (ISO 8859-1), so every key of every server has this form.
 *
 * @param first not empty
 * @param end empty if {@code first} is the only key
 */
public record KeyRange(String first, String end) {

  private static final char LAST_BYTE = '\u00ff';

  /** Requires both. */
  public KeyRange {
    requireNonNull(end, "end");
    if (first.isEmpty()) {
      throw new IllegalArgumentException("first must not be empty");
    }
  }

  /** Returns the range of one key. */
  public static KeyRange of(String key) {
    return new KeyRange(key, "");
  }

  /** Returns the range of all keys that begin with a text, which begins with an ASCII character. */
  public static KeyRange prefix(String prefix) {
    int last = prefix.length() - 1;
    while (prefix.charAt(last) == LAST_BYTE) {
      last--;
    }
    return new KeyRange(prefix, prefix.substring(0, last) + (char) (prefix.charAt(last) + 1));
  }

  /**
   * Returns the part of this range behind a key as it was read. Of a key that was cut, all keys of
   * the same beginning are passed over, which were cut too.
   */
  KeyRange after(String key) {
    boolean cut = key.length() == EtcdClient.MAX_KEY;
    return new KeyRange(cut ? prefix(key).end() : key + '\0', end);
  }
}
