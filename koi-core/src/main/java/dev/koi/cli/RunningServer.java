package dev.koi.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.Instance;
import dev.koi.core.settings.ServeSettings;
import dev.koi.core.wire.JsonReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The {@code koi serve} of the same settings, which may run beside this command. It is asked
 * without its token: any program may listen on its port while it does not run.
 */
final class RunningServer {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MAX_ANSWER = 1 << 20;

  private final ServeSettings settings;

  RunningServer(ServeSettings settings) {
    this.settings = settings;
  }

  /**
   * Asks for the names of an instance on the network.
   *
   * @return the fields of each; none if the server announces nothing for the instance
   * @throws IOException if it does not answer, or not what was asked for
   */
  List<Map<?, ?>> announcements(Instance instance) throws IOException, InterruptedException {
    String path =
        settings.basePath()
            + "v1/runtime/instances/"
            + encoded(instance.id())
            + "/explain?backend="
            + encoded(instance.backend());
    FutureTask<String> answer = new FutureTask<>(() -> get(path));
    Thread thread = new Thread(answer, "koi-running-server");
    thread.setDaemon(true);
    thread.start();
    try {
      return read(answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      thread.interrupt(); // closes the channel
      throw new IOException("no answer within " + PATIENCE.toSeconds() + " s", e);
    }
  }

  /** {@return where it is asked} */
  @Override
  public String toString() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return settings.socket().map(Path::toString).orElse(host + ":" + settings.port());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private SocketAddress address() {
    if (settings.socket().isPresent()) {
      return UnixDomainSocketAddress.of(settings.socket().get());
    }
    boolean any = settings.host().equals("0.0.0.0") || settings.host().equals("::");
    return new InetSocketAddress(any ? "127.0.0.1" : settings.host(), settings.port());
  }

  private String get(String path) throws IOException {
    SocketAddress address = address();
    try (SocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open()) {
      channel.connect(address);
      String request = "GET " + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n";
      ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      return new String(Channels.newInputStream(channel).readNBytes(MAX_ANSWER), UTF_8);
    }
  }

  private static List<Map<?, ?>> read(String answer) throws IOException {
    int head = answer.indexOf("\r\n\r\n");
    if (head < 0 || !answer.matches("(?s)HTTP/1\\.[01] \\d{3}.*")) {
      throw new IOException("it is no koi serve");
    }
    String status = answer.substring(9, 12);
    if (status.equals("401")) {
      throw new IOException("it wants a token; its page shows the name of each instance");
    } else if (!status.equals("200")) {
      throw new IOException("its answer is " + status);
    }
    List<Map<?, ?>> announcements = new ArrayList<>();
    if (JsonReader.object(answer.substring(head + 4)).get("announcements") instanceof List<?> all) {
      for (Object each : all) {
        if (each instanceof Map<?, ?> fields) {
          announcements.add(fields);
        }
      }
    }
    return announcements;
  }
}
