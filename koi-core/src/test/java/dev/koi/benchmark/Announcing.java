package dev.koi.benchmark;

import com.typesafe.config.ConfigFactory;
import dev.koi.announce.AnnouncedName;
import dev.koi.announce.Announcer;
import dev.koi.announce.HostInterfaces;
import dev.koi.announce.avahi.AvahiAnnouncer;
import dev.koi.core.Koi;
import dev.koi.core.settings.SettingsLoader;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A process of its own that announces an engine's containers by Avahi. It prints the moment at
 * which its listener is notified of each change, in nanoseconds of the epoch, and each name that is
 * announced.
 */
public final class Announcing {

  private Announcing() {}

  /** Takes nothing; prints {@code announces} when Avahi runs; ends when it is killed. */
  public static void main(String[] args) throws Exception {
    Watcher.quiet();
    Koi koi = Koi.start();
    koi.awaitFirstPicture(Duration.ofMinutes(1));
    koi.subscribe(
        event ->
            System.out.println(
                event.getClass().getSimpleName() + " " + Watcher.nanos(Instant.now())));
    Announcer announcer =
        Announcer.start(
            koi,
            SettingsLoader.loadAnnounce(
                ConfigFactory.parseMap(Map.of("koi.announce.enabled", true)),
                Optional.empty(),
                Announcing.class.getClassLoader()),
            new HostInterfaces(List.of()),
            AvahiAnnouncer::start);
    Set<String> known = new HashSet<>();
    boolean running = false;
    while (true) {
      var status = announcer.status().orElseThrow();
      if (!running && status.mdns().running()) {
        running = true;
        System.out.println("announces");
      }
      for (AnnouncedName name : status.names()) {
        if (name.state().equals("announced") && known.add(name.instanceName())) {
          System.out.println("Announced " + name.instanceName());
        }
      }
      Thread.sleep(20);
    }
  }
}
