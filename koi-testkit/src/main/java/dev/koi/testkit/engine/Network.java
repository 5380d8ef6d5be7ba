package dev.koi.testkit.engine;

import dev.koi.testkit.engine.Container.Attachment;
import java.util.Set;

/** A network of the simulated world, which hands out addresses. Guarded by the world's lock. */
final class Network {
  private final String name;
  private final String id;
  private final String prefix;
  private final int prefixLength;
  private int attached;

  /**
   * @param index how many networks there were before this one, for the address range
   */
  Network(Dialect dialect, String name, String id, int index) {
    this.name = name;
    this.id = dialect == Dialect.PODMAN_4 ? name : id;
    boolean custom = !name.equals(dialect.defaultNetwork());
    if (Set.of("host", "none").contains(name)) {
      prefix = "";
      prefixLength = 0;
    } else if (dialect.podman()) {
      prefix = custom ? "10.89." + index : "10.88";
      prefixLength = custom ? 24 : 16;
    } else {
      prefix = "172." + (custom ? 18 + index % 14 : 17);
      prefixLength = 16;
    }
  }

  Attachment attach() {
    if (prefix.isEmpty()) {
      return new Attachment(name, id, "", 0, "", "");
    }
    int host = 2 + attached++ % (prefixLength == 24 ? 250 : 65_000);
    String dot = prefixLength == 24 ? "." : "." + host / 256 + ".";
    String gateway = prefix + (prefixLength == 24 ? ".1" : ".0.1");
    String mac = String.format("02:42:ac:11:%02x:%02x", host / 256, host % 256);
    return new Attachment(name, id, prefix + dot + host % 256, prefixLength, gateway, mac);
  }
}
