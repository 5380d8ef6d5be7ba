package dev.koi.announce.jmdns;

import dev.koi.announce.Announcement;
import dev.koi.announce.Announcement.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceInfo;

/** An instance of JmDNS. It has one host name, one address and several threads. */
final class JmdnsResponder implements Responder {

  static {
    // JmDNS's own choice, an hour, would be the life of names whose Koi was killed. It reads this
    // once.
    if (System.getProperty("net.dns.ttl") == null) {
      System.setProperty("net.dns.ttl", "120");
    }
  }

  private final JmDNS jmdns;
  private final List<ServiceInfo> services = new ArrayList<>();

  private JmdnsResponder(JmDNS jmdns) {
    this.jmdns = jmdns;
  }

  static Responder make(Announcement announcement, InetAddress address) throws IOException {
    JmdnsResponder responder = new JmdnsResponder(JmDNS.create(address, announcement.hostLabel()));
    try {
      for (Service service : announcement.services()) {
        responder.register(announcement, service);
      }
      return responder;
    } catch (IOException | RuntimeException e) {
      responder.close();
      throw e;
    }
  }

  private void register(Announcement announcement, Service service) throws IOException {
    // A name with a dot never appears: https://github.com/jmdns/jmdns/issues/180
    String name = announcement.instanceName().replace('.', ' ');
    ServiceInfo info =
        ServiceInfo.create(
            service.type() + ".local.", name, service.port(), 0, 0, Map.copyOf(announcement.txt()));
    jmdns.registerService(info);
    services.add(info);
  }

  @Override
  public String hostLabel() {
    return jmdns.getHostName().replaceFirst("\\.local\\.?$", "");
  }

  @Override
  public String instanceName() {
    return services.get(0).getName();
  }

  @Override
  public void close() {
    try {
      jmdns.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
