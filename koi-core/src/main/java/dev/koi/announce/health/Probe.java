package dev.koi.announce.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One check under way. It never blocks. Of an HTTP answer it reads the status only, follows no
 * redirect, and then closes the connection, whatever the server would like to send.
 */
final class Probe {

  private static final int MAX_HEAD = 8192; // of interim answers, which come before the real one

  private static final Pattern STATUS =
      Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: [^\\r\\n]*)?\\r?\\n", Pattern.DOTALL);

  private final HealthTarget target;
  private final long deadline;
  private final SocketChannel channel;
  private final ByteBuffer request;
  private final ByteBuffer answer = ByteBuffer.allocate(MAX_HEAD);

  private Probe(HealthTarget target, long deadline, SocketChannel channel) {
    this.target = target;
    this.deadline = deadline;
    this.channel = channel;
    String host = target.host().contains(":") ? "[" + target.host() + "]" : target.host();
    String head =
        "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: koi\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    this.request =
        ByteBuffer.wrap(head.formatted(target.path(), host, target.port()).getBytes(ISO_8859_1));
  }

  /**
   * Begins to connect.
   *
   * @param deadline when the check has failed, by {@link System#nanoTime}
   * @throws IOException if the check has failed already
   */
  static Probe start(HealthTarget target, long deadline, Selector selector) throws IOException {
    SocketChannel channel = SocketChannel.open();
    Probe probe = new Probe(target, deadline, channel);
    try {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_CONNECT, probe);
      // A literal, so nothing is looked up.
      channel.connect(new InetSocketAddress(InetAddress.getByName(target.host()), target.port()));
      return probe;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  HealthTarget target() {
    return target;
  }

  long deadline() {
    return deadline;
  }

  /**
   * Does what is possible now.
   *
   * @return whether the check has ended, and has passed
   * @throws IOException if it has failed
   */
  boolean advance(SelectionKey key) throws IOException {
    if (key.isConnectable()) {
      channel.finishConnect();
      if (target.path().isEmpty()) {
        return true;
      }
      key.interestOps(SelectionKey.OP_WRITE);
    }
    if (key.isWritable()) {
      channel.write(request);
      if (!request.hasRemaining()) {
        key.interestOps(SelectionKey.OP_READ);
      }
    }
    return key.isReadable() && read();
  }

  private boolean read() throws IOException {
    boolean ended = channel.read(answer) < 0;
    String text = new String(answer.array(), 0, answer.position(), ISO_8859_1);
    int start = 0;
    Matcher status = STATUS.matcher(text);
    while (status.find(start) && status.start() == start) {
      int code = Integer.parseInt(status.group(1));
      if (code >= 200) {
        return passed(code);
      }
      int end = text.indexOf("\r\n\r\n", start); // of an interim answer
      if (end < 0) {
        break;
      }
      start = end + 4;
    }
    boolean noHttp = start == text.length() ? false : !mayBecomeHttp(text.substring(start));
    if (noHttp) {
      throw new IOException("the answer is not HTTP/1.1; koi.health.kind=tcp only connects");
    } else if (ended || !answer.hasRemaining()) {
      throw new IOException("the connection was closed without an answer");
    }
    return false;
  }

  private static boolean mayBecomeHttp(String text) {
    String start = "HTTP/1.";
    return text.length() < start.length() ? start.startsWith(text) : text.startsWith(start);
  }

  private static boolean passed(int code) throws IOException {
    if (code >= 400) {
      throw new IOException("the answer is " + code);
    }
    return true;
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // it is closed nevertheless
    }
  }
}
