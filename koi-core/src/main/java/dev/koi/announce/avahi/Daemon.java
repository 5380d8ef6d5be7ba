package dev.koi.announce.avahi;

import dev.koi.announce.avahi.Bus.Call;
import dev.koi.announce.avahi.Bus.Signal;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * The Avahi daemon of this host: whether it can announce, and the way to it. Confined to one
 * thread.
 */
final class Daemon {

  static final String NAME = "org.freedesktop.Avahi";

  private static final String SERVER = "org.freedesktop.Avahi.Server";
  private static final String BUS = "org.freedesktop.DBus";
  private static final int RUNNING = 2; // the state of a server whose own name is established
  private static final int NAME_TAKEN = 3;

  /** A signal, and the connection by which it came. */
  record Received(int connection, Signal signal) {}

  private final Bus.Connector connector;
  private final Consumer<Received> signals;

  private Bus bus; // null while not connected
  private int connection;
  private boolean running;
  private String problem = "Avahi was not sought yet";
  private String hostName = "";

  /**
   * Creates one that is not connected.
   *
   * @param signals gets signals, on another thread, to be handed to {@link #receive}
   */
  Daemon(Bus.Connector connector, Consumer<Received> signals) {
    this.connector = connector;
    this.signals = signals;
  }

  boolean isConnected() {
    return bus != null;
  }

  /** Whether names can be announced. */
  boolean isRunning() {
    return running;
  }

  /** {@return why no names can be announced, and what would help; empty while they can} */
  String problem() {
    return problem;
  }

  /** {@return the host's own name without {@code .local}; empty if it was never known} */
  String hostName() {
    return hostName;
  }

  /**
   * Connects afresh, and finds out whether names can be announced. If not, there is a problem.
   * Avahi forgets all groups of the former connection.
   */
  void connect() {
    close();
    int number = ++connection;
    try {
      bus = connector.connect(signal -> signals.accept(new Received(number, signal)));
      List<Object> owned = ask("/org/freedesktop/DBus", BUS, "NameHasOwner", "s", NAME);
      if (owned.equals(List.of(true))) {
        changed((Integer) ask("/", SERVER, "GetState", "").get(0));
      } else {
        problem =
            "Avahi does not run on this host: install avahi-daemon, or start it with"
                + " 'systemctl start avahi-daemon'";
      }
    } catch (IOException | RefusedException e) {
      lost(e);
    }
  }

  private void changed(int state) throws IOException, RefusedException {
    if (state == RUNNING) {
      hostName = (String) ask("/", SERVER, "GetHostName", "").get(0);
      running = true;
      problem = "";
    } else {
      problem =
          state == NAME_TAKEN
              ? "the host's own name belongs to another host, and Avahi looks for another name"
              : "Avahi registers the host's own name";
    }
  }

  /**
   * Takes a signal.
   *
   * @return whether it is the state of a group on this connection, and thus for the caller
   */
  boolean receive(Received received) {
    Signal signal = received.signal();
    if (received.connection() != connection || bus == null) {
      return false; // its groups are no more, and new ones may have the same paths
    }
    switch (signal.member()) {
      case Signal.LOST ->
          lost(new IOException("the connection to D-Bus has ended, and is tried again every 5 s"));
      case "NameOwnerChanged" -> {
        if (signal.arguments().get(0).equals(NAME)) {
          connect(); // also if only part of the groups is known to the new Avahi
        }
      }
      default -> {
        if (!signal.path().equals("/")) {
          return true;
        }
        serverChanged((Integer) signal.arguments().get(0));
      }
    }
    return false;
  }

  private void serverChanged(int state) {
    if (running && state != RUNNING) {
      connect(); // its clients have to withdraw everything until it runs again
    } else if (!running) {
      try {
        changed(state);
      } catch (IOException | RefusedException e) {
        lost(e);
      }
    }
  }

  /** {@return a number that changes when Avahi has forgotten all groups} */
  int connection() {
    return bus == null ? 0 : connection;
  }

  /** {@return a new, empty group} */
  EntryGroup newGroup() throws IOException, RefusedException {
    return new EntryGroup(bus, (String) ask("/", SERVER, "EntryGroupNew", "").get(0));
  }

  private List<Object> ask(
      String path, String type, String method, String signature, Object... arguments)
      throws IOException, RefusedException {
    String destination = type.equals(BUS) ? BUS : NAME;
    return bus.call(new Call(destination, path, type, method, signature, List.of(arguments)));
  }

  /** Gives the connection up, as it does not work. Avahi forgets all groups. */
  void lost(Exception why) {
    close();
    problem = String.valueOf(why.getMessage());
  }

  /** Disconnects, if connected. */
  void close() {
    running = false;
    if (bus != null) {
      bus.close();
      bus = null;
    }
  }
}
