package dev.koi.fleet.etcd;

import java.util.List;

/**
 * Some keys of a range, in order.
 *
 * @param values at most as many as were asked for
 * @param revision of the store, when it was read
 * @param more whether there are more of that kind behind these
 * @param count how many keys the range has from the first that was asked for, of any kind
 */
public record Page(List<KeyValue> values, long revision, boolean more, long count) {

  /** Copies the values. */
  public Page {
    values = List.copyOf(values);
  }
}
