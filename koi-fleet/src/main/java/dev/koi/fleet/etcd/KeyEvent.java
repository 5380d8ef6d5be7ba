package dev.koi.fleet.etcd;

/**
 * A change of one key.
 *
 * @param key as that of a {@link KeyValue}
 * @param revision the revision that changed it
 * @param deleted whether it was deleted, also by the end of its lease; else its value was written
 */
public record KeyEvent(String key, long revision, boolean deleted) {}
