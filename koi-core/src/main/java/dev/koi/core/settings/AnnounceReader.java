package dev.koi.core.settings;

import com.typesafe.config.Config;
import dev.koi.core.settings.AnnounceSettings.Mdns;
import java.util.List;
import java.util.Locale;

/** Reads {@code koi.announce}, and refuses values that the announcer could not use. */
final class AnnounceReader {

  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

  /** A host name may have 253 characters, and a label of its own before the domain. */
  private static final int MAX_DOMAIN = 189;

  private final Section announce;

  AnnounceReader(Config all) {
    this.announce = new Section(all, "koi.announce.");
  }

  AnnounceSettings settings() {
    return new AnnounceSettings(
        announce.bool("enabled"),
        mdns(),
        interfaces(),
        announce.number("max-names", 1, 10_000),
        announce.path("hosts-file"),
        domain());
  }

  private Mdns mdns() {
    String text =
        announce.text("mdns", "auto|avahi|jmdns|off", "must be auto, avahi, jmdns or off");
    return Mdns.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private List<String> interfaces() {
    List<String> names = announce.texts("interfaces");
    for (String name : names) {
      if (!name.matches("[^\\s/]{1,64}")) {
        throw announce.invalid(
            "interfaces", "must be names such as eth0, but one is '" + name + "'");
      }
    }
    return names;
  }

  private String domain() {
    String domain =
        announce.text(
            "domain",
            LABEL + "(\\." + LABEL + ")*",
            "must be a domain such as home.arpa or lan.example.org");
    String lower = domain.toLowerCase(Locale.ROOT);
    if (lower.length() > MAX_DOMAIN) {
      throw announce.invalid("domain", "must have at most " + MAX_DOMAIN + " characters");
    } else if (lower.equals("local") || lower.endsWith(".local")) {
      throw announce.invalid(
          "domain", "must not be in .local, which clients never ask a DNS server for");
    }
    return lower;
  }
}
