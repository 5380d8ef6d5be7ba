package org.example.pods;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ListMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a Kubernetes API server that shows pods, in memory: the version, lists, single pods,
 * and watches over a WebSocket, from a resource version on. The JDK's own server has no WebSockets.
 */
final class ApiServer implements AutoCloseable {

  private static final Pattern POD =
      Pattern.compile("/api/v1/(?:namespaces/([^/?]+)/)?pods(?:/([^/?]+))?(?:\\?(.*))?");
  private static final Pattern SINCE = Pattern.compile("resourceVersion=(\\d+)");
  private static final String HANDSHAKE = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455

  private final Object lock = new Object();
  private final SortedMap<String, Pod> pods = new TreeMap<>(); // by namespace and name
  private final List<String> events = new ArrayList<>(); // the first has version 1
  private final List<Socket> connections = new ArrayList<>();
  private boolean frozen; // guarded by lock, as are the others
  private ServerSocket server;

  /** Takes a port below those of clients, one of which could have it when this starts again. */
  ApiServer() throws IOException {
    while (server == null) {
      try {
        listen(ThreadLocalRandom.current().nextInt(20_000, 30_000));
      } catch (BindException e) {
        // another server's
      }
    }
  }

  /** Runs a server with one pod until standard input ends; prints its address first. */
  public static void main(String[] args) throws IOException {
    try (ApiServer server = new ApiServer()) {
      server.put(PodsFixture.pod("shop", "web", 1).build());
      System.out.println(server.address());
      System.in.read();
    }
  }

  private void listen(int port) throws IOException {
    ServerSocket opened = new ServerSocket();
    opened.setReuseAddress(true);
    opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    synchronized (lock) {
      server = opened;
    }
    start(() -> accept(opened));
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "api-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(ServerSocket from) {
    try {
      while (true) {
        Socket socket = from.accept();
        synchronized (lock) {
          connections.add(socket);
          if (from.isClosed()) {
            socket.close();
          }
        }
        start(() -> serve(socket));
      }
    } catch (IOException e) {
      // the server has stopped
    }
  }

  String address() {
    synchronized (lock) {
      return "http://127.0.0.1:" + server.getLocalPort();
    }
  }

  Pod get(String id) {
    synchronized (lock) {
      return pods.get(id);
    }
  }

  void put(Pod pod) {
    synchronized (lock) {
      record(pods.put(PodFacts.id(pod), pod) == null ? "ADDED" : "MODIFIED", pod);
    }
  }

  void delete(String id) {
    synchronized (lock) {
      record("DELETED", pods.remove(id));
    }
  }

  private void record(String type, Pod pod) {
    pod.getMetadata().setResourceVersion(Integer.toString(events.size() + 1));
    events.add("{\"type\":\"" + type + "\",\"object\":" + Serialization.asJson(pod) + "}");
    lock.notifyAll();
  }

  void freeze(boolean now) {
    synchronized (lock) {
      frozen = now;
      lock.notifyAll();
    }
  }

  /** Ends the server; what it stores survives. */
  void stop() throws IOException {
    synchronized (lock) {
      server.close();
      for (Socket socket : connections) {
        socket.close();
      }
      connections.clear();
      lock.notifyAll();
    }
  }

  void startAgain() throws IOException {
    listen(server.getLocalPort());
  }

  private void serve(Socket socket) {
    try (socket;
        BufferedReader in =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        OutputStream out = socket.getOutputStream()) {
      for (String request = in.readLine(); request != null; request = in.readLine()) {
        String key = "";
        boolean wrongToken = false;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
          key = line.matches("(?i)sec-websocket-key:.*") ? line.replaceFirst("[^:]*: *", "") : key;
          wrongToken |= line.matches("(?i)authorization: Bearer wrong");
        }
        synchronized (lock) {
          while (frozen) {
            lock.wait();
          }
        }
        answer(out, socket, request.split(" ", -1)[1], key, wrongToken);
      }
    } catch (IOException | NullPointerException e) { // the latter: the end between two lines
      // the client or the server has ended the connection
    } catch (InterruptedException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    } finally {
      synchronized (lock) {
        connections.remove(socket);
      }
    }
  }

  private void answer(OutputStream out, Socket socket, String path, String key, boolean wrongToken)
      throws IOException, InterruptedException, NoSuchAlgorithmException {
    Matcher pod = POD.matcher(path);
    if (wrongToken) {
      answer(out, "401 Unauthorized", "{\"kind\":\"Status\",\"code\":401}");
    } else if (path.equals("/version")) {
      answer(out, "200 OK", "{\"major\":\"1\",\"minor\":\"33\",\"gitVersion\":\"v1.33.1\"}");
    } else if (!pod.matches()) {
      answer(out, "404 Not Found", "{}");
    } else if (!key.isEmpty()) {
      stream(out, socket, pod.group(1), String.valueOf(pod.group(3)), key);
    } else if (pod.group(2) == null) {
      answer(out, "200 OK", list(pod.group(1)));
    } else {
      Pod found = get(pod.group(1) + "/" + pod.group(2));
      String json = found == null ? "{\"kind\":\"Status\",\"code\":404}" : json(found);
      answer(out, found == null ? "404 Not Found" : "200 OK", json);
    }
  }

  private String json(Pod pod) {
    synchronized (lock) {
      return Serialization.asJson(pod);
    }
  }

  private static void answer(OutputStream out, String status, String json) throws IOException {
    byte[] bytes = json.getBytes(UTF_8);
    String head = "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n";
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.formatted(status, bytes.length).getBytes(UTF_8));
    all.writeBytes(bytes);
    out.write(all.toByteArray());
  }

  private String list(String namespace) {
    synchronized (lock) {
      String version = Integer.toString(events.size());
      return Serialization.asJson(
          new PodListBuilder()
              .withMetadata(new ListMetaBuilder().withResourceVersion(version).build())
              .withItems(
                  pods.values().stream()
                      .filter(pod -> namespace == null || namespace.equals(namespaceOf(pod)))
                      .toList())
              .build());
    }
  }

  private static String namespaceOf(Pod pod) {
    return pod.getMetadata().getNamespace();
  }

  private void stream(OutputStream out, Socket socket, String namespace, String query, String key)
      throws IOException, InterruptedException, NoSuchAlgorithmException {
    byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + HANDSHAKE).getBytes(UTF_8));
    String head =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: %s\r\n\r\n";
    out.write(head.formatted(Base64.getEncoder().encodeToString(hash)).getBytes(UTF_8));
    start(() -> awaitClose(socket));
    Matcher since = SINCE.matcher(query);
    for (int next = since.find() ? Integer.parseInt(since.group(1)) : 0; ; next++) {
      String event;
      synchronized (lock) {
        while (!socket.isClosed() && (frozen || next >= events.size())) {
          lock.wait();
        }
        if (socket.isClosed()) {
          return;
        }
        event = events.get(next);
      }
      if (namespace == null || event.contains("\"namespace\":\"" + namespace + "\"")) {
        out.write(frame(event.getBytes(UTF_8)));
      }
    }
  }

  /** Answers the client's close frame, the only one with an effect here, and closes. */
  private void awaitClose(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      int type;
      do {
        type = in.read();
        in.readNBytes((in.read() & 0x7f) + 4); // at most 125 bytes, and their mask
      } while (type != 0x88 && type >= 0);
      socket.getOutputStream().write(new byte[] {(byte) 0x88, 0});
    } catch (IOException e) {
      // the client or the server has ended the connection
    }
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  private static byte[] frame(byte[] text) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x81); // a whole text
    if (text.length < 126) {
      frame.write(text.length);
    } else {
      frame.write(126);
      frame.write(text.length >> 8); // an event has less than 64 KiB
      frame.write(text.length);
    }
    frame.writeBytes(text);
    return frame.toByteArray();
  }

  @Override
  public void close() throws IOException {
    freeze(false);
    stop();
  }
}
