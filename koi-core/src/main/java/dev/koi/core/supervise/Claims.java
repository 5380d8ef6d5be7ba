package dev.koi.core.supervise;

import dev.koi.core.settings.BackendSettings;
import dev.koi.core.settings.Enabled;
import dev.koi.spi.BackendUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Which entry follows which runtime, so that none is shown twice. Whoever comes first has it,
 * unless the next is an explicit entry ({@code enabled = true}) and the first is not. During an
 * outage the claim stays, but another entry that reaches the runtime meanwhile inherits it if the
 * first cannot in its next attempt. It is handed on at the end of one, so that no instance is shown
 * by both. Thread-safe.
 */
public final class Claims {

  private final Map<String, Claim> claims = new HashMap<>(); // by endpoint; guarded by this

  /** Who follows one runtime. */
  private static final class Claim {
    private BackendSettings entry;
    private Runnable giveWay = () -> {};
    private boolean answering;
    private BackendSettings heir; // null if there is none
    private boolean last; // whether the attempt under way is the last before the heir's turn

    Claim(BackendSettings entry) {
      this.entry = entry;
    }

    boolean isOf(BackendSettings other) {
      return entry.name().equals(other.name());
    }
  }

  /** Makes them, with nothing claimed. */
  public Claims() {}

  /** An attempt of that entry begins. */
  synchronized void begins(BackendSettings entry) {
    claims.values().forEach(claim -> claim.last |= claim.isOf(entry) && claim.heir != null);
  }

  /**
   * Claims the runtime that has answered an entry.
   *
   * @param endpoint where it answered; nothing is claimed if it is blank
   * @param giveWay ends the attempt that is under way; called if another entry is to have it
   * @throws BackendUnavailableException if another entry follows it
   */
  synchronized void claim(BackendSettings entry, String endpoint, Runnable giveWay)
      throws BackendUnavailableException {
    if (endpoint.isBlank()) {
      return;
    }
    Claim claim = claims.computeIfAbsent(canonical(endpoint), any -> new Claim(entry));
    if (claim.isOf(entry)) {
      claims.values().removeIf(other -> other != claim && other.isOf(entry)); // it has moved
      claim.giveWay = giveWay;
      claim.answering = true;
      claim.heir = null;
      claim.last = false;
      return;
    }
    boolean outranked = entry.enabled() == Enabled.TRUE && claim.entry.enabled() != Enabled.TRUE;
    if (outranked || !claim.answering) {
      claim.heir = entry;
    }
    if (outranked) {
      claim.last = true;
      claim.giveWay.run();
    }
    throw new BackendUnavailableException(
        endpoint
            + " is the runtime of the entry "
            + claim.entry.name()
            + (outranked ? ", which gives way" : " already, and is shown there"));
  }

  /** An attempt has ended, good or bad; returns whether another entry inherits the claim. */
  synchronized boolean ended(BackendSettings entry) {
    boolean lost = false;
    for (Claim claim : claims.values()) {
      if (claim.isOf(entry)) {
        claim.answering = false;
        if (claim.last) {
          claim.entry = claim.heir;
          claim.giveWay = () -> {};
          claim.heir = null;
          claim.last = false;
          lost = true;
        }
      }
    }
    return lost;
  }

  /** A socket may have several names. */
  private static String canonical(String endpoint) {
    if (endpoint.startsWith("unix://")) {
      try {
        return Path.of(endpoint.substring("unix://".length())).toRealPath().toString();
      } catch (IOException | RuntimeException e) {
        return endpoint; // gone already, or no path
      }
    }
    return endpoint;
  }
}
