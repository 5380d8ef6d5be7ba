package dev.koi.announce.avahi;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** A connection to a D-Bus. One thread makes the calls. */
interface Bus extends AutoCloseable {

  /** Connects to a bus. */
  interface Connector {

    /**
     * Connects.
     *
     * @param signals gets each signal of Avahi and of the bus, on a thread of the connection; must
     *     not wait
     * @throws IOException if there is no bus; its message says where it was sought
     */
    Bus connect(Consumer<Signal> signals) throws IOException;
  }

  /**
   * A signal, or the end of the connection.
   *
   * @param path the object that has sent it
   * @param member its name; {@link #LOST} if the connection has ended
   * @param arguments its arguments
   */
  record Signal(String path, String member, List<Object> arguments) {

    static final String LOST = "lost";

    /** Copies the arguments. */
    public Signal {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * A call of a method.
   *
   * @param destination the name of a program on the bus
   * @param path the object
   * @param type the interface of the method
   * @param method its name
   * @param signature the types of the arguments, as D-Bus writes them
   * @param arguments {@link String}s, {@link Integer}s also where they are without a sign on the
   *     bus, and lists
   */
  record Call(
      String destination,
      String path,
      String type,
      String method,
      String signature,
      List<Object> arguments) {

    /** Copies the arguments. */
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * Calls a method, and waits for its answer.
   *
   * @return the values of the answer; paths of objects are {@link String}s
   * @throws RefusedException if Avahi does not do it
   * @throws IOException if there is no proper answer; the connection is of no use any more
   */
  List<Object> call(Call call) throws IOException, RefusedException;

  /** Disconnects. Avahi withdraws all that was announced over this connection. */
  @Override
  void close();
}
