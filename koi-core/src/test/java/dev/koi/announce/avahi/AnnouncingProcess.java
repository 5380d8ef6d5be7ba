package dev.koi.announce.avahi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.announce.Announcement;
import dev.koi.announce.Announcement.Address;
import dev.koi.announce.Announcement.Service;
import dev.koi.announce.HostInterface;
import dev.koi.announce.HostInterfaces;
import dev.koi.announce.MdnsAnnouncer;
import dev.koi.announce.jmdns.JmdnsAnnouncer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Announces by Avahi, or with the argument {@code jmdns} by JmDNS, what its standard input says, in
 * a process of its own that a test can put onto a host, and kill. A line is the wanted set: words
 * such as {@code a,grafana,3000,/login}, of an id, a name, a port and perhaps a path. The host name
 * is that name with hyphens for dots. It prints each change of a state. It ends with its input.
 */
final class AnnouncingProcess {

  private final Semaphore changes = new Semaphore(1);
  private final HostInterfaces interfaces = new HostInterfaces(List.of());
  private final MdnsAnnouncer announcer;
  private String wanted = "";
  private List<HostInterface> present = List.of();

  private AnnouncingProcess(boolean jmdns) {
    this.announcer =
        jmdns ? JmdnsAnnouncer.start(changes::release) : AvahiAnnouncer.start(changes::release);
  }

  public static void main(String[] args) throws Exception {
    new AnnouncingProcess(List.of(args).contains("jmdns")).run();
  }

  private void run() throws Exception {
    Thread printer = new Thread(this::print);
    printer.setDaemon(true);
    printer.start();
    try (announcer;
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      String line = input.readLine();
      while (line != null) {
        announce(line);
        line = input.readLine();
      }
    }
  }

  private void print() {
    try {
      while (true) {
        if (!changes.tryAcquire(200, TimeUnit.MILLISECONDS)) {
          announceAgain();
          continue;
        }
        System.out.println("status " + announcer.status());
        announcer
            .states()
            .forEach((key, state) -> System.out.println(key.instance() + " " + state));
        System.out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void announceAgain() {
    if (!interfaces.get().equals(present)) {
      announce(wanted);
    }
  }

  private synchronized void announce(String line) {
    wanted = line;
    present = interfaces.get();
    List<Announcement> announcements = new ArrayList<>();
    for (String word : line.isBlank() ? new String[0] : line.split(" ", -1)) {
      String[] parts = word.split(",", -1);
      TreeMap<String, String> txt = new TreeMap<>();
      if (parts.length > 3) {
        txt.put("path", parts[3]);
      }
      List<Address> addresses = new ArrayList<>();
      for (HostInterface each : present) {
        for (InetAddress address : each.addresses()) {
          addresses.add(new Address(each.index(), address));
        }
      }
      if (!addresses.isEmpty()) {
        announcements.add(
            new Announcement(
                new Announcement.Key("docker", parts[0], false),
                parts[1].replace('.', '-'),
                parts[1],
                List.of(new Service("_http._tcp", Integer.parseInt(parts[2]))),
                txt,
                addresses));
      }
    }
    announcer.announce(announcements);
  }
}
