package dev.koi.spi;

import static java.util.Objects.requireNonNull;

/**
 * Says that something may have changed. Never says what: Koi looks for itself, so a hint too many,
 * twice, late or out of order does no harm.
 */
public sealed interface ChangeHint {

  /**
   * {@return the hint that the instance of that id may have changed, begun or ended}
   *
   * @param id the runtime's own full id, not blank
   */
  static ChangeHint instance(String id) {
    return new OneInstance(id);
  }

  /** {@return the hint that any instance may have changed} */
  static ChangeHint everything() {
    return Everything.INSTANCE;
  }

  /**
   * One instance may have changed.
   *
   * @param id the runtime's own full id
   */
  record OneInstance(String id) implements ChangeHint {
    /**
     * Requires an id that is not blank.
     *
     * @param id not blank
     */
    public OneInstance {
      if (requireNonNull(id, "id").isBlank()) {
        throw new IllegalArgumentException("id must not be blank");
      }
    }
  }

  /** Any instance may have changed. */
  record Everything() implements ChangeHint {
    private static final Everything INSTANCE = new Everything();
  }
}
