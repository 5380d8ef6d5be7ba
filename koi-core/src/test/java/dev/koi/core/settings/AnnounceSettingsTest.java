package dev.koi.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.koi.core.settings.AnnounceSettings.Mdns;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnounceSettingsTest {

  private static AnnounceSettings load(String text) {
    return SettingsLoader.loadAnnounce(
        ConfigFactory.parseString(text),
        Optional.empty(),
        AnnounceSettingsTest.class.getClassLoader());
  }

  @Test
  void theDefaultsAnnounceNothing() {
    AnnounceSettings settings = load("");

    assertThat(settings.enabled()).isFalse();
    assertThat(settings.mdns()).isEqualTo(Mdns.AUTO);
    assertThat(settings.interfaces()).isEmpty();
    assertThat(settings.maxNames()).isEqualTo(256);
    assertThat(settings.hostsFile()).isEmpty();
    assertThat(settings.domain()).isEqualTo("home.arpa");
  }

  @Test
  void eachValueCanBeGivenAsTextAsOnACommandLine() {
    AnnounceSettings settings =
        load(
            """
            koi.announce.enabled = "true", koi.announce.mdns = off, koi.announce.max-names = "9"
            koi.announce.interfaces = "eth0, wlan0", koi.announce.domain = Lan.Example
            koi.announce.hosts-file = /run/koi/hosts
            """);

    assertThat(settings.enabled()).isTrue();
    assertThat(settings.mdns()).isEqualTo(Mdns.OFF);
    assertThat(settings.interfaces()).containsExactly("eth0", "wlan0");
    assertThat(settings.maxNames()).isEqualTo(9);
    assertThat(settings.hostsFile()).contains(Path.of("/run/koi/hosts"));
    assertThat(settings.domain()).isEqualTo("lan.example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mdns = bonjour | must be auto, avahi, jmdns or off, but is 'bonjour'",
        "max-names = 0 | must be a number in 1..10000, but is 0",
        "interfaces = [a b] | must be names such as eth0, but one is 'a b'",
        "domain = local | must not be in .local, which clients never ask a DNS server for",
        "domain = x.local | must not be in .local, which clients never ask a DNS server for",
        "domain = a_b | must be a domain such as home.arpa or lan.example.org, but is 'a_b'",
      })
  void whatCannotBeUsedIsNamed(String setting, String reason) {
    String key = setting.replaceFirst(" .*", "");

    assertThatThrownBy(() -> load("koi.announce." + setting))
        .isInstanceOf(SettingsException.class)
        .hasMessage("String: 1: koi.announce." + key + " " + reason);
  }
}
