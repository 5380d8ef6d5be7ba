package dev.koi.announce.avahi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.connections.IDisconnectCallback;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.matchrules.DBusMatchRuleBuilder;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.messages.Error;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.messages.constants.MessageTypes;
import org.freedesktop.dbus.types.UInt16;
import org.freedesktop.dbus.types.UInt32;

/** The host's system bus. */
final class SystemBus implements Bus {

  private static final String DEFAULT = "unix:path=/var/run/dbus/system_bus_socket";
  private static final String REFUSALS = "org.freedesktop.Avahi.";
  private static final Object[] NONE = {};
  private static final long DEADLINE = 5_000; // milliseconds; an answer takes 3

  /** A call must not start an Avahi that the host's owner has stopped. */
  private static final byte NO_AUTO_START = 2;

  private final DBusConnection connection;

  private SystemBus(DBusConnection connection) {
    this.connection = connection;
  }

  /** {@return the address of the host's system bus} */
  static String address() {
    String address = System.getenv("DBUS_SYSTEM_BUS_ADDRESS");
    return address == null || address.isBlank() ? DEFAULT : address;
  }

  /**
   * Connects to a bus.
   *
   * @param address such as {@code unix:path=/run/dbus/system_bus_socket}
   */
  static Bus connect(String address, Consumer<Signal> signals) throws IOException {
    Path socket = Path.of(address.replaceFirst("^unix:path=([^,;]*).*", "$1"));
    if (address.startsWith("unix:path=") && !Files.exists(socket)) {
      // The library would try again for ten seconds.
      throw new IOException(
          "there is no D-Bus at "
              + socket
              + ": install avahi-daemon, and in a container mount that socket");
    }
    try {
      DBusConnectionBuilder builder =
          DBusConnectionBuilder.forAddress(address)
              .withShared(false)
              .withDisconnectCallback(
                  new IDisconnectCallback() {
                    @Override
                    public void disconnectOnError(IOException e) {
                      signals.accept(new Signal("", Signal.LOST, List.of(String.valueOf(e))));
                    }
                  });
      // Two signals of one group must arrive in their order.
      DBusConnection connection =
          builder.receivingThreadConfig().withSignalThreadCount(1).connectionConfig().build();
      SystemBus bus = new SystemBus(connection);
      try {
        bus.subscribe("org.freedesktop.DBus", "NameOwnerChanged", signals);
        bus.subscribe("org.freedesktop.Avahi.Server", "StateChanged", signals);
        bus.subscribe("org.freedesktop.Avahi.EntryGroup", "StateChanged", signals);
        return bus;
      } catch (DBusException | RuntimeException e) {
        bus.close();
        throw e;
      }
    } catch (DBusException | RuntimeException e) {
      throw new IOException("no D-Bus at " + address + ": " + e.getMessage(), e);
    }
  }

  private void subscribe(String type, String member, Consumer<Signal> signals)
      throws DBusException {
    var rule =
        DBusMatchRuleBuilder.create()
            .withType(MessageTypes.SIGNAL)
            .withInterface(type)
            .withMember(member)
            .build();
    connection.addGenericSigHandler(rule, signal -> receive(signal, signals));
  }

  private static void receive(DBusSignal signal, Consumer<Signal> signals) {
    try {
      List<Object> arguments = Arrays.asList(signal.getParameters());
      signals.accept(new Signal(signal.getPath(), signal.getName(), arguments));
    } catch (DBusException | RuntimeException e) {
      signals.accept(new Signal("", Signal.LOST, List.of("a signal cannot be read: " + e)));
    }
  }

  @Override
  public List<Object> call(Call call) throws IOException, RefusedException {
    try {
      MethodCall message =
          connection
              .getMessageFactory()
              .createMethodCall(
                  null,
                  call.destination(),
                  call.path(),
                  call.type(),
                  call.method(),
                  NO_AUTO_START,
                  call.signature().isEmpty() ? null : call.signature(),
                  marshalled(call));
      connection.sendMessage(message);
      Message answer = message.getReply(DEADLINE);
      if (answer == null) {
        throw new IOException("Avahi has not answered " + call.method() + " for 5 s");
      }
      Object[] values = Objects.requireNonNullElse(answer.getParameters(), NONE);
      if (answer instanceof Error error) {
        String words = values.length > 0 ? String.valueOf(values[0]) : error.getName();
        if (error.getName().startsWith(REFUSALS)) {
          throw new RefusedException(error.getName(), words);
        }
        throw new IOException("Avahi has refused " + call.method() + ": " + words);
      }
      return Arrays.stream(values).map(v -> v instanceof DBusPath ? v.toString() : v).toList();
    } catch (DBusException | RuntimeException e) {
      throw new IOException("Avahi cannot be asked " + call.method() + ": " + e.getMessage(), e);
    }
  }

  /** The library has classes of its own for numbers without a sign. */
  private static Object[] marshalled(Call call) {
    Object[] arguments = call.arguments().toArray();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof Integer number && call.signature().charAt(i) == 'u') {
        arguments[i] = new UInt32(number);
      } else if (arguments[i] instanceof Integer number && call.signature().charAt(i) == 'q') {
        arguments[i] = new UInt16(number);
      }
    }
    return arguments;
  }

  @Override
  public void close() {
    connection.disconnect();
  }
}
