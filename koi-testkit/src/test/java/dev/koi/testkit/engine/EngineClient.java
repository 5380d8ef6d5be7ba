package dev.koi.testkit.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** One request over a unix socket and the answer to it, read as slowly as the test wants. */
final class EngineClient implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  final int status;
  final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final SocketChannel channel;
  private final InputStream in;

  private EngineClient(Path socket, String method, String target) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    in = new BufferedInputStream(Channels.newInputStream(channel));
    String request = method + " " + target + " HTTP/1.1\r\nHost: d\r\n\r\n";
    channel.write(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
    status = Integer.parseInt(line().split(" ", 3)[1]);
    for (String header = line(); !header.isEmpty(); header = line()) {
      String[] parts = header.split(": ?", 2);
      headers.put(parts[0], parts[1]);
    }
  }

  /** Waits for an outcome, also on a busy machine. */
  static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofMinutes(1));
  }

  static EngineClient get(Path socket, String target) throws IOException {
    return new EngineClient(socket, "GET", target);
  }

  static EngineClient send(Path socket, String method, String target) throws IOException {
    return new EngineClient(socket, method, target);
  }

  /** The whole body as JSON, of an answer that must be 200. */
  static JsonNode json(Path socket, String target) throws IOException {
    try (EngineClient client = get(socket, target)) {
      String body = client.body();
      if (client.status != 200) {
        throw new IOException(client.status + " " + body);
      }
      return JSON.readTree(body);
    }
  }

  String body() throws IOException {
    if (headers.containsKey("Content-Length")) {
      int length = Integer.parseInt(headers.get("Content-Length"));
      byte[] body = in.readNBytes(length);
      if (body.length < length) {
        throw new EOFException("body of " + length + " ended after " + body.length);
      }
      return new String(body, UTF_8);
    }
    StringBuilder body = new StringBuilder();
    for (String chunk = chunk(); chunk != null; chunk = chunk()) {
      body.append(chunk);
    }
    return body.toString();
  }

  /** The next chunk, or null after the last; EOFException if the connection ends without one. */
  String chunk() throws IOException {
    String size = line();
    if (size.isEmpty()) { // the end of the chunk before, which Jetty sends with the next
      size = line();
    }
    int length = Integer.parseInt(size, 16);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("chunk of " + length + " ended after " + bytes.length);
    }
    return length == 0 ? null : new String(bytes, UTF_8);
  }

  JsonNode event() throws IOException {
    return JSON.readTree(chunk());
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("connection ended");
      }
      line.write(b);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
