package dev.koi.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * One connection to an engine's unix socket with just enough HTTP to use it: the floor's client,
 * made from the JDK alone. Not thread-safe.
 */
final class EngineClient implements AutoCloseable {
  private static final int UNKNOWN = -1;

  private final SocketChannel channel;
  private final ByteBuffer received = ByteBuffer.allocate(1 << 16).limit(0);
  private long chunk; // bytes of the stream's current chunk that are still unread

  EngineClient(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
  }

  /** Returns the body of the answer; any status but success is an IOException. */
  String get(String target) throws IOException {
    return send("GET", target, "");
  }

  /** Sends a request with a JSON body, and returns the body of the answer. */
  String send(String method, String target, String json) throws IOException {
    long length = request(method, target, json);
    if (length != UNKNOWN) {
      return new String(take(length), UTF_8);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream(1 << 14);
    for (long size = chunkSize(); size > 0; size = chunkSize()) {
      body.writeBytes(take(size));
      line();
    }
    line();
    return body.toString(UTF_8);
  }

  /** Opens the event stream; returns when the engine has answered. */
  void openEvents() throws IOException {
    request("GET", "/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D", "");
  }

  /** Returns the next event, as JSON text. */
  String nextEvent() throws IOException {
    ByteArrayOutputStream event = new ByteArrayOutputStream(1 << 10);
    while (true) {
      if (chunk == 0) {
        String size = line();
        chunk = Long.parseLong(size.isEmpty() ? line() : size, 16); // a chunk's end may come late
        if (chunk == 0) {
          throw new EOFException("the engine ended the event stream");
        }
      }
      byte next = read();
      chunk--;
      if (next != '\n') {
        event.write(next);
      } else if (event.size() > 0) {
        return event.toString(UTF_8);
      }
    }
  }

  private long request(String method, String target, String json) throws IOException {
    String head = method + " " + target + " HTTP/1.1\r\nHost: engine\r\n";
    if (!json.isEmpty()) {
      head += "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n";
    }
    ByteBuffer bytes = ByteBuffer.wrap((head + "\r\n" + json).getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    String status = line();
    long length = status.contains(" 204 ") ? 0 : UNKNOWN;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Long.parseLong(header.substring(15).strip());
      }
    }
    if (!status.startsWith("HTTP/1.1 2")) {
      String body = length == UNKNOWN ? "" : new String(take(length), UTF_8);
      throw new IOException(method + " " + target + ": " + status + " " + body);
    }
    return length;
  }

  private long chunkSize() throws IOException {
    return Long.parseLong(line().strip(), 16);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (byte next = read(); next != '\n'; next = read()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private byte[] take(long count) throws IOException {
    byte[] bytes = new byte[(int) count];
    for (int at = 0; at < bytes.length; ) {
      fill();
      int some = Math.min(received.remaining(), bytes.length - at);
      received.get(bytes, at, some);
      at += some;
    }
    return bytes;
  }

  private byte read() throws IOException {
    fill();
    return received.get();
  }

  private void fill() throws IOException {
    if (received.hasRemaining()) {
      return;
    }
    received.clear();
    int count = channel.read(received);
    received.flip();
    if (count < 0) {
      throw new EOFException("the engine closed the connection");
    }
  }

  /** Returns the value of a text field, found by its first occurrence in JSON text. */
  static String field(String json, String name) {
    String before = "\"" + name + "\":";
    int at = json.indexOf(before);
    if (at < 0) {
      return "";
    }
    int from = at + before.length();
    if (json.charAt(from) == '"') {
      return json.substring(from + 1, json.indexOf('"', from + 1));
    }
    int to = from;
    while (to < json.length() && ",}".indexOf(json.charAt(to)) < 0) {
      to++;
    }
    return json.substring(from, to).strip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
