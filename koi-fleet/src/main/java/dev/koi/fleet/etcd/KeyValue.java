package dev.koi.fleet.etcd;

import java.util.Optional;

/**
 * A key with its value.
 *
 * @param key one character for each byte, as in {@link KeyRange}; the beginning of one that is
 *     longer than {@link EtcdClient#MAX_KEY}
 * @param value empty if it was not read, or is longer than {@link EtcdClient#MAX_VALUE}
 * @param modified the revision that wrote the value, or deleted the key
 * @param lease the lease that the key ends with; 0 for none
 */
public record KeyValue(String key, Optional<String> value, long modified, long lease) {}
