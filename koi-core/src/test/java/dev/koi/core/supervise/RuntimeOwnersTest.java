package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.core.settings.BackendSettings;
import dev.koi.core.status.Enabled;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeOwnersTest {

  private static final String PLACE = "tcp://10.0.0.1:2376";

  private final BackendSettings explicit = entry("explicit", Enabled.TRUE);
  private final BackendSettings auto = entry("auto", Enabled.AUTO);
  private final BackendSettings other = entry("other", Enabled.AUTO);
  private final AtomicInteger gaveWay = new AtomicInteger();
  private final RuntimeOwners owners = new RuntimeOwners();

  @Test
  void whoeverComesFirstHasIt() throws IOException {
    owners.claim(auto, PLACE, gaveWay::incrementAndGet);
    refused(other, PLACE, "entry auto already");
    owners.claim(other, "tcp://10.0.0.2:2376", () -> {});
    owners.claim(auto, PLACE, gaveWay::incrementAndGet);

    assertThat(gaveWay).hasValue(0);
  }

  @Test
  void anExplicitEntryInheritsWhenTheAttemptOfTheOtherHasEnded() throws IOException {
    owners.claim(auto, PLACE, gaveWay::incrementAndGet);
    refused(explicit, PLACE, "entry auto, which gives way");
    assertThat(gaveWay).hasValue(1);
    refused(explicit, PLACE, "entry auto");

    assertThat(owners.ended(auto)).isTrue();
    refused(auto, PLACE, "entry explicit already");
    owners.claim(explicit, PLACE, () -> {});
    assertThat(owners.ended(explicit)).isFalse();
  }

  @Test
  void anOutageKeepsTheClaimUnlessOnlyTheOtherReachesTheRuntime() throws IOException {
    owners.claim(auto, PLACE, gaveWay::incrementAndGet);
    assertThat(owners.ended(auto)).isFalse();
    owners.begins(auto);
    refused(other, PLACE, "entry auto already");
    assertThat(owners.ended(auto)).as("an attempt that had begun before").isFalse();
    owners.begins(auto);
    owners.claim(auto, PLACE, gaveWay::incrementAndGet);
    assertThat(owners.ended(auto)).as("one that has reached it").isFalse();

    refused(other, PLACE, "entry auto already");
    owners.begins(auto);
    assertThat(owners.ended(auto)).as("one that has not").isTrue();
    owners.claim(other, PLACE, () -> {});
    refused(auto, PLACE, "entry other already");
  }

  @Test
  void whoHasMovedLeavesTheFirstPlaceToOthers() throws IOException {
    owners.claim(auto, PLACE, () -> {});
    owners.claim(auto, "tcp://10.0.0.2:2376", () -> {});

    owners.claim(other, PLACE, () -> {});
  }

  @Test
  void twoNamesOfOneSocketAreOnePlace(@TempDir Path directory) throws IOException {
    Path socket = Files.createFile(directory.resolve("podman.sock"));
    Path link = Files.createSymbolicLink(directory.resolve("docker.sock"), socket);
    owners.claim(auto, "unix://" + link, () -> {});

    refused(other, "unix://" + socket, "podman.sock is the runtime of the entry auto");
  }

  @Test
  void whoDoesNotSayWhereItIsClaimsNothing() throws IOException {
    owners.claim(auto, "", () -> {});
    owners.claim(other, "", () -> {});
  }

  private void refused(BackendSettings entry, String place, String reason) {
    assertThatThrownBy(() -> owners.claim(entry, place, () -> {}))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining(reason);
  }

  private static BackendSettings entry(String name, Enabled enabled) {
    return new BackendSettings("docker", enabled, BackendConfig.of(name, Map.of()));
  }
}
