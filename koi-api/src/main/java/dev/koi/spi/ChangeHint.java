package dev.koi.spi;

import static java.util.Objects.requireNonNull;

/**
 * States that an instance may have changed. A hint does not contain the change: Koi asks for the
 * present state, so superfluous, duplicate, late or reordered hints do no harm.
 */
public sealed interface ChangeHint {

  /**
   * {@return the hint that one instance may have started, changed or ended}
   *
   * @param id the runtime's full id, not blank
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
   * @param id the runtime's full id
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
