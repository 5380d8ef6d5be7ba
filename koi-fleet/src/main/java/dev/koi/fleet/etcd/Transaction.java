package dev.koi.fleet.etcd;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * What etcd does at once if all conditions hold, and else not at all. Immutable. Each method
 * returns a transaction with one part more.
 */
public final class Transaction {

  /**
   * The property of a key that a condition compares with a number; a key that is not there has 0.
   */
  public enum Property {
    /** The revision that wrote the value. */
    MOD("mod_revision"),
    /** The lease that the key ends with. */
    LEASE("lease");

    final String field;

    Property(String field) {
      this.field = field;
    }
  }

  record Condition(String key, Property property, long expected) {}

  /** One operation; the value is null to delete, and the lease 0 for none. */
  record Write(KeyRange keys, String value, long lease) {}

  /**
   * The result of a transaction.
   *
   * @param succeeded whether all conditions held, so that it has written
   * @param revision of the store afterwards
   */
  public record Outcome(boolean succeeded, long revision) {}

  private static final Transaction EMPTY = new Transaction(List.of(), List.of());

  private final List<Condition> conditions;
  private final List<Write> writes;

  private Transaction(List<Condition> conditions, List<Write> writes) {
    this.conditions = conditions;
    this.writes = writes;
  }

  /** Returns one without conditions, which does nothing. */
  public static Transaction begin() {
    return EMPTY;
  }

  /** Adds the condition that a key has that number. */
  public Transaction when(String key, Property property, long expected) {
    return new Transaction(with(conditions, new Condition(key, property, expected)), writes);
  }

  /** Writes a value, which stays. A key may be written only once. */
  public Transaction put(String key, String value) {
    return put(key, value, 0);
  }

  /** Writes a value, which ends with a lease. */
  public Transaction put(String key, String value, long lease) {
    requireNonNull(value, "value");
    return new Transaction(conditions, with(writes, new Write(KeyRange.of(key), value, lease)));
  }

  /** Deletes keys that may exist. */
  public Transaction delete(KeyRange keys) {
    return new Transaction(conditions, with(writes, new Write(keys, null, 0)));
  }

  private static <T> List<T> with(List<T> list, T added) {
    List<T> all = new ArrayList<>(list);
    all.add(requireNonNull(added));
    return List.copyOf(all);
  }

  List<Condition> conditions() {
    return conditions;
  }

  List<Write> writes() {
    return writes;
  }
}
