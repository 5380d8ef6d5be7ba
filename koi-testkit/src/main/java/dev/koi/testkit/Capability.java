package dev.koi.testkit;

/**
 * What a {@link BackendFixture} can do beyond starting and stopping instances. Every capability is
 * expected unless {@link BackendFixture#gaps} names it with a reason.
 */
public enum Capability {
  /** {@link BackendFixture#pause} and {@link BackendFixture#unpause}. */
  PAUSE,
  /** {@link BackendFixture#rename}. */
  RENAME,
  /** {@link BackendFixture#startNamesake}. */
  NAMESAKE,
  /** {@link BackendFixture#relabel}. */
  RELABEL,
  /** {@link BackendFixture#readdress}. */
  READDRESS,
  /** {@link BackendFixture#restart}. */
  RESTART,
  /** {@link BackendFixture#setHealth}. */
  HEALTH,
  /** {@link BackendFixture#crash}. */
  RESTARTING,
  /** Starting 1,001 instances, one after the other, in a few seconds. */
  MANY,
  /** {@link BackendFixture#loseRuntime} and {@link BackendFixture#restoreRuntime}. */
  LOSS,
  /** {@link BackendFixture#freezeRuntime} and {@link BackendFixture#thawRuntime}. */
  FREEZE,
  /** {@link BackendFixture#absent}. */
  ABSENCE,
  /** {@link BackendFixture#refusing}. */
  REFUSAL,
  /** {@link BackendFixture#invalid}. */
  INVALID_CONFIG
}
