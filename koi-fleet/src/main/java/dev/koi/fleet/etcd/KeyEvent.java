package dev.koi.fleet.etcd;

/**
 * A change of one key.
 *
 * @param key one character for each byte, as in {@link KeyRange}
 * @param revision the revision that changed it
 * @param deleted whether it was deleted, also by the end of its lease; else its value was written
 */
public record KeyEvent(String key, long revision, boolean deleted) {}
