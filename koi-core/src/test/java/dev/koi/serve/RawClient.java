package dev.koi.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends what it is given, right or wrong, and reads answers. */
public final class RawClient implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;

  RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = socket.getInputStream();
  }

  /** An answer: header names are in lower case. */
  public record Answer(int status, Map<String, String> headers, String body) {
    public JsonNode json() throws IOException {
      return new ObjectMapper().readTree(body);
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** Sends text; each line break becomes that of HTTP. */
  void send(String text) throws IOException {
    socket.getOutputStream().write(text.replace("\n", "\r\n").getBytes(UTF_8));
  }

  Answer get(String path, String... headers) throws IOException {
    return request("GET " + path + " HTTP/1.1\nHost: localhost\n", headers);
  }

  Answer request(String start, String... headers) throws IOException {
    send(start + (headers.length == 0 ? "" : String.join("\n", headers) + "\n") + "\n");
    return answer(!start.startsWith("HEAD"));
  }

  /** Reads the head, and the body that its Content-Length announces. */
  Answer answer(boolean withBody) throws IOException {
    String status = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
    }
    int length = withBody ? Integer.parseInt(headers.getOrDefault("content-length", "0")) : 0;
    String body = new String(in.readNBytes(length), UTF_8);
    return new Answer(Integer.parseInt(status.split(" ", -1)[1]), headers, body);
  }

  /** Reads a line of the head, or of a stream. */
  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the server has closed the connection after '" + line + "'");
      }
      line.write(b);
    }
    return line.toString(UTF_8).stripTrailing();
  }

  /** Waits until the server closes the connection; what comes before that is thrown away. */
  void awaitEnd() throws IOException {
    try {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (SocketException e) {
      // reset is closed, too
    }
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
