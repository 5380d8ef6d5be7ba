package dev.koi.announce;

import dev.koi.Compose;
import dev.koi.Instance;
import dev.koi.text.DnsLabel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Gives each key names of its own, and lets the key keep them: while it lives, and if it comes back
 * within ten minutes and the names are still free.
 *
 * <p>If several want one name, the first of them gets it, by Compose project, service, number of
 * the replica, and id. Each other one gets a suffix. Not thread-safe.
 */
final class NameBook {

  private static final Duration MEMORY = Duration.ofMinutes(10);
  private static final int MAX_SUFFIX = 40;

  /**
   * Names.
   *
   * @param dnsName one DNS label or several, without a domain
   * @param instanceName the DNS-SD instance name
   */
  record Names(String dnsName, String instanceName) {

    /** {@return these names, with the suffix at the end of the first label} */
    private Names with(String suffix) {
      if (suffix.isEmpty()) {
        return this;
      }
      int dot = dnsName.indexOf('.');
      String label = dot < 0 ? dnsName : dnsName.substring(0, dot);
      return new Names(
          DnsLabel.ending(label, suffix) + dnsName.substring(label.length()),
          DnsLabel.ending(instanceName, suffix));
    }
  }

  /** One that wants names. */
  record Applicant(Announcement.Key key, Instance instance, Names wanted) {

    private static final Comparator<Applicant> ORDER =
        Comparator.comparing((Applicant a) -> a.compose().map(Compose::project).orElse(""))
            .thenComparing(a -> a.compose().map(Compose::service).orElse(""))
            .thenComparing(a -> a.compose().map(Compose::number).orElse(0))
            .thenComparing(Applicant::key);

    private Optional<Compose> compose() {
      return instance.compose();
    }

    private Stream<Names> candidates() {
      String family = key.ipv6() ? "-ipv6" : "";
      List<String> suffixes = new ArrayList<>(List.of(""));
      int number = compose().map(Compose::number).orElse(0);
      if (number > 1) {
        suffixes.add("-" + number);
      }
      String project = compose().map(c -> DnsLabel.like(c.project())).orElse("");
      if (!project.isEmpty() && project.length() <= MAX_SUFFIX) {
        suffixes.add("-" + project);
        suffixes.add("-" + project + "-" + number);
      }
      String id = DnsLabel.like(instance().id());
      String shortId = "-" + id.substring(0, Math.min(12, id.length()));
      suffixes.add(shortId);
      return Stream.concat(
              suffixes.stream(), IntStream.iterate(2, n -> n + 1).mapToObj(n -> shortId + "-" + n))
          .map(suffix -> wanted.with(suffix + family));
    }
  }

  /** The names of a key, and the number of keys that got theirs before. */
  private record Entry(Names wanted, Names given, long sequence, boolean lives, long seen) {}

  private final LongSupplier nanos;
  private final Map<Announcement.Key, Entry> entries = new HashMap<>();
  private long sequence;

  /** Makes an empty book; {@code nanos} is a clock such as {@link System#nanoTime}. */
  NameBook(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Returns the names of each key, in the order in which the keys first got names.
   *
   * @param applicants one for each key that lives
   * @param taken first labels that no key may get
   */
  Map<Announcement.Key, Names> assign(Collection<Applicant> applicants, Set<String> taken) {
    long now = nanos.getAsLong();
    List<Applicant> sorted = new ArrayList<>(applicants);
    sorted.sort(Comparator.comparing(this::rank).thenComparing(Applicant.ORDER));
    entries.replaceAll(
        (key, e) -> e.lives ? new Entry(e.wanted, e.given, e.sequence, false, now) : e);
    Set<String> used = new HashSet<>();
    for (Applicant applicant : sorted) {
      Entry old = entries.get(applicant.key());
      Stream<Names> kept =
          old != null && old.wanted.equals(applicant.wanted()) ? Stream.of(old.given) : Stream.of();
      Names given =
          Stream.concat(kept, applicant.candidates())
              .filter(names -> free(names, used, taken))
              .findFirst()
              .orElseThrow(); // there are endlessly many
      used.addAll(marks(given));
      long number = old == null ? sequence++ : old.sequence;
      entries.put(applicant.key(), new Entry(applicant.wanted(), given, number, true, now));
    }
    entries.values().removeIf(entry -> !entry.lives && now - entry.seen > MEMORY.toNanos());
    Map<Announcement.Key, Names> assigned = new LinkedHashMap<>();
    entries.entrySet().stream()
        .filter(entry -> entry.getValue().lives)
        .sorted(Comparator.comparing(entry -> entry.getValue().sequence))
        .forEach(entry -> assigned.put(entry.getKey(), entry.getValue().given));
    return assigned;
  }

  /** First come keys that keep a name, then keys that return to one, then new ones. */
  private int rank(Applicant applicant) {
    Entry entry = entries.get(applicant.key());
    boolean keeps = entry != null && entry.wanted.equals(applicant.wanted());
    return keeps ? (entry.lives ? 0 : 1) : 2;
  }

  private static boolean free(Names names, Set<String> used, Set<String> taken) {
    String label = names.dnsName().replaceFirst("\\..*", "");
    return !taken.contains(label) && marks(names).stream().noneMatch(used::contains);
  }

  /** Both kinds of names ignore case. */
  private static Set<String> marks(Names names) {
    return Set.of(
        "host " + names.dnsName(), "service " + names.instanceName().toLowerCase(Locale.ROOT));
  }
}
