package dev.koi.fleet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.koi.fleet.format.FleetKeys.Parts;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FleetKeysTest {

  private static final FleetKeys KEYS = new FleetKeys("/koi/");

  @Example
  void anIdIsReadable() {
    assertThat(new Parts("web-1.example.com", "docker", "4fa6e0").fleetId())
        .isEqualTo("web-1.example.com/docker/4fa6e0");
    assertThat(new Parts("büro", "pods", "shop/web 1").fleetId())
        .isEqualTo("b%C3%BCro/pods/shop%2Fweb%201");
    assertThat(KEYS.instance("a/b/c")).isEqualTo("/koi/instances/a/b/c");
    assertThat(KEYS.host("a/b")).isEqualTo("/koi/hosts/a%2Fb");
  }

  @Provide
  Arbitrary<String> part() {
    return Arbitraries.oneOf(
            Arbitraries.strings()
                .withChars("/%aA0.\u00e9\ud83d\ude00 ")
                .ofMinLength(1)
                .ofMaxLength(5),
            Arbitraries.strings().ofMinLength(1).ofMaxLength(5))
        .filter(
            text ->
                !text.isBlank() && text.chars().noneMatch(c -> Character.isSurrogate((char) c)));
  }

  @Property(seed = "1", tries = 500)
  void partsAreReadAsTheyWereWritten(
      @ForAll("part") String host, @ForAll("part") String backend, @ForAll("part") String id) {
    Parts parts = new Parts(host, backend, id);
    assertThat(FleetKeys.parts(parts.fleetId())).contains(parts);
    assertThat(KEYS.fleetIdOf(KEYS.instance(parts.fleetId()))).contains(parts.fleetId());
    assertThat(KEYS.hostOf(KEYS.host(host))).contains(host);
    assertThat(KEYS.instance(parts.fleetId())).startsWith(KEYS.instances(host).first());
  }

  @Property(seed = "2", tries = 500)
  void whatIsNoKeyIsNone(@ForAll("part") String text) {
    FleetKeys.parts(text).ifPresent(parts -> assertThat(parts.fleetId()).isEqualTo(text));
    KEYS.hostOf("/koi/hosts/" + text)
        .ifPresent(host -> assertThat(KEYS.host(host)).isEqualTo("/koi/hosts/" + text));
  }

  @Example
  void twoTextsAreNeverOneKey() {
    assertThat(FleetKeys.parts("a/b/%63")).isEmpty(); // c
    assertThat(FleetKeys.parts("a/b/%c3%bc")).isEmpty(); // small digits
    assertThat(FleetKeys.parts("a/b/%FF")).isEmpty(); // no UTF-8
    assertThat(FleetKeys.parts("a/b/%2")).isEmpty();
    assertThat(FleetKeys.parts("a/b")).isEmpty();
    assertThat(FleetKeys.parts("a/b/c/d")).isEmpty();
    assertThat(FleetKeys.parts("a//c")).isEmpty();
    assertThat(KEYS.hostOf("/koi/instances/a/b/c")).isEmpty();
    assertThat(KEYS.fleetIdOf("/other/instances/a/b/c")).isEqualTo(Optional.empty());
  }

  @Example
  void whatIsTooLongIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Parts("h", "b", "x".repeat(509)).fleetId())
        .withMessageContaining("at most 512 characters");
    assertThatIllegalArgumentException().isThrownBy(() -> new FleetKeys("koi"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FleetKeys("/" + "k".repeat(200) + "/"));
    assertThatIllegalArgumentException().isThrownBy(() -> KEYS.host(" "));
  }
}
