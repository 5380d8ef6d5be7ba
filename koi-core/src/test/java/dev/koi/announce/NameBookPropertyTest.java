package dev.koi.announce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.announce.NameBook.Applicant;
import dev.koi.announce.NameBook.Names;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Containers come, go and change the names that they want; time passes. */
class NameBookPropertyTest {

  private static final List<String> WANTED =
      List.of("web", "Web", "web-2", "shop-web", "a.b", "x".repeat(63), "ü".repeat(31));
  private static final Set<String> TAKEN = Set.of("wpad", "web-b");

  private static Applicant applicant(String id, String wanted, int number) {
    Map<String, String> labels = new HashMap<>();
    if (number > 0) {
      labels.put("com.docker.compose.config-hash", "x");
      labels.put("com.docker.compose.project", number % 2 == 0 ? "shop" : "y".repeat(60));
      labels.put("com.docker.compose.service", "web");
      labels.put("com.docker.compose.container-number", "" + number);
    }
    String dnsName = wanted.startsWith("ü") ? "u" : wanted.toLowerCase(Locale.ROOT);
    return new Applicant(
        new Announcement.Key("docker", id, false),
        Instance.builder("docker", id, "c" + id).labels(labels).build(),
        new Names(dnsName, wanted));
  }

  @Property(tries = 50)
  void namesAreDifferentAndShortAndKept(@ForAll Random random) {
    AtomicLong nanos = new AtomicLong();
    NameBook book = new NameBook(nanos::get);
    Map<String, Applicant> living = new HashMap<>();
    Map<Announcement.Key, Names> before = Map.of();
    Map<String, Names> wantedBefore = new HashMap<>();
    for (int step = 0; step < 30; step++) {
      String id = String.valueOf((char) ('a' + random.nextInt(10)));
      if (random.nextInt(3) == 0) {
        living.remove(id);
      } else {
        String wanted = WANTED.get(random.nextInt(WANTED.size()));
        living.put(id, applicant(id, wanted, random.nextInt(4)));
      }
      nanos.addAndGet(random.nextInt(400) * 1_000_000_000L);
      List<Applicant> order = new ArrayList<>(living.values());
      Collections.shuffle(order, random);

      Map<Announcement.Key, Names> names = book.assign(order, TAKEN);

      assertThat(names.keySet()).hasSize(living.size());
      Set<String> used = new HashSet<>();
      for (Names each : names.values()) {
        assertThat(used.add("host " + each.dnsName())).isTrue();
        assertThat(used.add("name " + each.instanceName().toLowerCase(Locale.ROOT))).isTrue();
        String label = each.dnsName().replaceFirst("\\..*", "");
        assertThat(TAKEN).doesNotContain(label);
        assertThat(label).matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
        assertThat(each.instanceName().getBytes(UTF_8).length).isBetween(1, 63);
      }
      for (Applicant each : living.values()) {
        boolean stays = each.wanted().equals(wantedBefore.get(each.key().instance()));
        if (before.containsKey(each.key()) && stays) {
          assertThat(names.get(each.key())).isEqualTo(before.get(each.key()));
        }
      }
      before = names;
      wantedBefore.clear();
      living.forEach((key, each) -> wantedBefore.put(key, each.wanted()));
    }
  }
}
