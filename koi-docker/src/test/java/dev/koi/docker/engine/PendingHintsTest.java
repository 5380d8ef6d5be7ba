package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.spi.ChangeHint;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PendingHintsTest {

  private final PendingHints pending = new PendingHints();

  @Test
  void oneContainerIsHandedOutOnceHoweverOftenItWasAdded() throws Exception {
    pending.add("a");
    pending.add("b");
    pending.add("a");
    pending.fail(new IOException("no more"));

    // the failure goes first: whoever reads must list again anyway
    assertThatThrownBy(pending::take).hasMessage("no more");
  }

  @Test
  void hintsComeInTheOrderOfTheFirstAdd() throws Exception {
    pending.add("a");
    pending.add("b");
    pending.add("a");

    assertThat(pending.take()).isEqualTo(ChangeHint.instance("a"));
    assertThat(pending.take()).isEqualTo(ChangeHint.instance("b"));
    pending.add("a");
    assertThat(pending.take()).isEqualTo(ChangeHint.instance("a"));
  }

  @Test
  void tooManyBecomeOneForEverything() throws Exception {
    for (int i = 0; i < 100_000; i++) {
      pending.add("id" + i);
    }
    assertThat(pending.take()).isEqualTo(ChangeHint.everything());
    pending.add("later");
    assertThat(pending.take()).isEqualTo(ChangeHint.instance("later"));
  }

  @Test
  void everythingReplacesWhatWasPending() throws Exception {
    pending.add("a");
    pending.addEverything();
    pending.add("b");

    assertThat(pending.take()).isEqualTo(ChangeHint.everything());
    pending.add("c");
    assertThat(pending.take()).isEqualTo(ChangeHint.instance("c"));
  }

  @Test
  void aFailureReleasesABlockedTakeAndStays() throws Exception {
    CompletableFuture<ChangeHint> blocked =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return pending.take();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e.getMessage(), e);
              }
            });

    pending.fail(new IOException("first"));
    pending.fail(new IOException("second"));

    assertThatThrownBy(() -> blocked.get(5, TimeUnit.SECONDS)).hasMessageContaining("first");
    assertThatThrownBy(pending::take).isInstanceOf(IOException.class).hasMessage("first");
  }
}
