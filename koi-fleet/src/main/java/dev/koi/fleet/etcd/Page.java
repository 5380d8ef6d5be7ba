package dev.koi.fleet.etcd;

import java.util.List;

/**
 * Some keys of a range, in order.
 *
 * @param values at most as many as were asked for
 * @param revision of the store, when it was read
 * @param more whether the range has more keys behind these
 */
public record Page(List<KeyValue> values, long revision, boolean more) {

  /** Copies the values. */
  public Page {
    values = List.copyOf(values);
  }
}
