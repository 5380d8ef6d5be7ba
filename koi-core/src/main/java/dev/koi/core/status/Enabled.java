package dev.koi.core.status;

/** Whether an entry of the configuration is used. */
public enum Enabled {
  /** Used if something is there; its absence is normal. */
  AUTO,
  /** Used; its absence is a visible problem. */
  TRUE,
  /** Never touched. */
  FALSE
}
