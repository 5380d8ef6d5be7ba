package dev.koi.announce;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AnnouncedNameTest {

  private static final Instant TIME = Instant.parse("2026-01-01T12:00:00Z");
  private static final Announcement.Key KEY = new Announcement.Key("docker", "1", false);

  private static Map<String, Object> fields(AnnouncementState state) {
    Announcement wanted =
        new Announcement(
            KEY,
            "web",
            "Web",
            List.of(new Announcement.Service("_http._tcp", 8080)),
            new TreeMap<>(),
            List.of(new Announcement.Address(2, Texts.address("192.168.1.7").orElseThrow())));
    Decision decision =
        new Decision(KEY, Optional.of(wanted), "web.home.arpa", List.of(), "", List.of());
    Map<String, Object> fields = AnnouncedName.of(decision, state, "", "").toMap();
    assertThat(fields).containsEntry("backend", "docker").containsEntry("id", "1");
    assertThat(AnnouncedName.STATES).contains((String) fields.get("state"));
    return fields;
  }

  @Test
  void anAnnouncedNameHasServicesAndATime() {
    assertThat(fields(new AnnouncementState.Announced("web", "Web", TIME)))
        .containsEntry("state", "announced")
        .containsEntry("host_name", "web.local")
        .containsEntry("instance_name", "Web")
        .containsEntry("since", "2026-01-01T12:00:00Z")
        .containsEntry("services", List.of(Map.of("type", "_http._tcp", "port", 8080)))
        .doesNotContainKey("text");
  }

  @Test
  void anotherNameThanTheWantedOneIsExplained() {
    assertThat(fields(new AnnouncementState.Announced("web-2", "Web", TIME)))
        .containsEntry("host_name", "web-2.local")
        .containsEntry("text", "web.local belongs to another host");
  }

  @Test
  void eachOtherStateHasAReasonAndNoServices() {
    Map<AnnouncementState, String> texts =
        Map.of(
            new AnnouncementState.Probing("web"),
            "probing: the network is being asked whether the name is free",
            new AnnouncementState.Conflict("web-9.local"),
            "conflict: the name web-9.local is taken, and another one will be tried",
            new AnnouncementState.Resting(TIME, "it came and went too often"),
            "resting: it came and went too often; the next attempt is at 2026-01-01T12:00:00Z",
            new AnnouncementState.Failed("Too many objects"),
            "failed: Too many objects",
            new AnnouncementState.Withheld("Avahi does not run"),
            "withheld: Avahi does not run");

    texts.forEach(
        (state, text) -> {
          Map<String, Object> fields = fields(state);
          assertThat(fields.get("state") + ": " + fields.get("text")).isEqualTo(text);
          assertThat(fields).doesNotContainKeys("services", "since");
        });
  }
}
