package dev.koi.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.spi.ChangeHint;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HintQueueTest {

  private final HintQueue queue = new HintQueue();

  @Test
  void oneContainerIsHandedOutOnceHoweverOftenItWasAdded() throws Exception {
    queue.add("a");
    queue.add("b");
    queue.add("a");
    queue.fail(new IOException("no more"));

    // the failure goes first: whoever reads must list again anyway
    assertThatThrownBy(queue::take).hasMessage("no more");
  }

  @Test
  void hintsComeInTheOrderOfTheFirstAdd() throws Exception {
    queue.add("a");
    queue.add("b");
    queue.add("a");

    assertThat(queue.take()).isEqualTo(ChangeHint.instance("a"));
    assertThat(queue.take()).isEqualTo(ChangeHint.instance("b"));
    queue.add("a");
    assertThat(queue.take()).isEqualTo(ChangeHint.instance("a"));
  }

  @Test
  void tooManyBecomeOneForEverything() throws Exception {
    for (int i = 0; i < 100_000; i++) {
      queue.add("id" + i);
    }
    assertThat(queue.take()).isEqualTo(ChangeHint.everything());
    queue.add("later");
    assertThat(queue.take()).isEqualTo(ChangeHint.instance("later"));
  }

  @Test
  void everythingReplacesQueuedIds() throws Exception {
    queue.add("a");
    queue.addEverything();
    queue.add("b");

    assertThat(queue.take()).isEqualTo(ChangeHint.everything());
    queue.add("c");
    assertThat(queue.take()).isEqualTo(ChangeHint.instance("c"));
  }

  @Test
  void aFailureReleasesABlockedTakeAndStays() throws Exception {
    CompletableFuture<ChangeHint> blocked =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return queue.take();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e.getMessage(), e);
              }
            });

    queue.fail(new IOException("first"));
    queue.fail(new IOException("second"));

    assertThatThrownBy(() -> blocked.get(1, TimeUnit.MINUTES)).hasMessageContaining("first");
    assertThatThrownBy(queue::take).isInstanceOf(IOException.class).hasMessage("first");
  }
}
