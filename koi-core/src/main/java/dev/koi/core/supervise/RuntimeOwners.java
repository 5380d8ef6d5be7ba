package dev.koi.core.supervise;

import dev.koi.core.settings.BackendSettings;
import dev.koi.core.status.Enabled;
import dev.koi.spi.BackendUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Which entry shows which runtime: of several entries that reach one runtime, one owns it.
 *
 * <p>The first entry to reach a runtime owns it, unless a later one is explicit ({@code enabled =
 * true}) and the first is not. An outage does not change the owner. But if another entry reaches
 * the runtime during an outage, the owner has one more attempt; if that fails, the other entry
 * becomes the owner. Thread-safe.
 */
public final class RuntimeOwners {

  private enum Stage {
    CONNECTED,
    AWAY,
    LAST_ATTEMPT
  }

  private static final class Owner {
    private BackendSettings entry;
    private Stage stage = Stage.AWAY;
    private Runnable giveWay = () -> {};
    private BackendSettings successor; // null if no other entry has reached the runtime

    Owner(BackendSettings entry) {
      this.entry = entry;
    }

    boolean is(BackendSettings other) {
      return entry.name().equals(other.name());
    }
  }

  private final Map<String, Owner> owners = new HashMap<>(); // by endpoint; guarded by this

  /** Makes them; no runtime has an owner. */
  public RuntimeOwners() {}

  /** An attempt of that entry begins. */
  synchronized void begins(BackendSettings entry) {
    for (Owner owner : owners.values()) {
      if (owner.is(entry) && owner.successor != null) {
        owner.stage = Stage.LAST_ATTEMPT;
      }
    }
  }

  /**
   * The runtime at that endpoint has answered the entry, which becomes or stays its owner.
   *
   * @param endpoint where it answered; if blank, the runtime has no owner
   * @param giveWay ends the entry's session; called if another entry is to be the owner
   * @throws BackendUnavailableException if another entry is the owner
   */
  synchronized void claim(BackendSettings entry, String endpoint, Runnable giveWay)
      throws BackendUnavailableException {
    if (endpoint.isBlank()) {
      return;
    }
    Owner owner = owners.computeIfAbsent(canonical(endpoint), any -> new Owner(entry));
    if (owner.is(entry)) {
      owners.values().removeIf(other -> other != owner && other.is(entry)); // it has moved
      owner.stage = Stage.CONNECTED;
      owner.giveWay = giveWay;
      owner.successor = null;
      return;
    }
    boolean outranked = entry.enabled() == Enabled.TRUE && owner.entry.enabled() != Enabled.TRUE;
    if (outranked || owner.stage != Stage.CONNECTED) {
      owner.successor = entry;
    }
    if (outranked) {
      owner.stage = Stage.LAST_ATTEMPT;
      owner.giveWay.run();
    }
    throw new BackendUnavailableException(
        endpoint
            + " is the runtime of the entry "
            + owner.entry.name()
            + (outranked ? ", which gives way" : " already, and is shown there"));
  }

  /** An attempt has ended; returns whether the entry lost a runtime to another entry. */
  synchronized boolean ended(BackendSettings entry) {
    boolean lost = false;
    for (Owner owner : owners.values()) {
      if (owner.is(entry)) {
        if (owner.stage == Stage.LAST_ATTEMPT) {
          owner.entry = owner.successor;
          owner.successor = null;
          owner.giveWay = () -> {};
          lost = true;
        }
        owner.stage = Stage.AWAY;
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
