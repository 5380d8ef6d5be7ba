package dev.koi.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process of its own with many clients of the event stream, some of which never read. The first
 * one measures how late it is told of each rename. At the end of its input it prints how many
 * readers the server has cut, the delays, in milliseconds, and the megabytes read.
 */
public final class StreamClients {

  private static final Pattern RENAMED = Pattern.compile("\"container_name\":\"r(\\d+)\"");

  private StreamClients() {}

  /** Takes the port, the number of readers, and that of the others; prints {@code connected}. */
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    int readers = Integer.parseInt(args[1]);
    int others = Integer.parseInt(args[2]);
    Selector selector = Selector.open();
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < readers + others; i++) {
      SocketChannel client =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      client.write(
          ByteBuffer.wrap(
              "GET /v1/runtime/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII)));
      if (i < readers) {
        client.configureBlocking(false);
        client.register(selector, SelectionKey.OP_READ, i);
      } else {
        silent.add(client);
      }
    }
    System.out.println("connected");
    Thread end = new Thread(StreamClients::awaitEnd, "input");
    end.start();
    System.out.println(read(selector, end));
    for (SocketChannel client : silent) {
      client.close();
    }
    System.exit(0);
  }

  private static void awaitEnd() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      // as at the end
    }
  }

  private static String read(Selector selector, Thread end) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    List<Double> delays = new ArrayList<>();
    long bytes = 0;
    int cut = 0;
    while (end.isAlive()) {
      selector.select(100);
      for (SelectionKey key : selector.selectedKeys()) {
        buffer.clear();
        int count = ((SocketChannel) key.channel()).read(buffer);
        if (count < 0) {
          cut++;
          key.cancel();
          continue;
        }
        bytes += count;
        if (key.attachment().equals(0)) {
          measure(US_ASCII.decode(buffer.flip()).toString(), delays);
        }
      }
      selector.selectedKeys().clear();
    }
    Distribution all = Distribution.of(delays);
    return cut + " " + all.n() + " " + all.median() + " " + all.p99() + " " + (bytes >> 20);
  }

  /** A frame that is split between two reads does not count. */
  private static void measure(String text, List<Double> delays) {
    long now = Watcher.nanos(Instant.now());
    Matcher renamed = RENAMED.matcher(text);
    while (renamed.find()) {
      delays.add((now - Long.parseLong(renamed.group(1))) / 1e6);
    }
  }
}
