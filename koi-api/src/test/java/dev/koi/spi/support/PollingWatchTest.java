package dev.koi.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.spi.ChangeHint;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PollingWatchTest {

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final AtomicReference<Exception> loss = new AtomicReference<>();
  private final PollingWatch watch = new PollingWatch(PAUSE, this::ask);

  private void ask() throws Exception {
    if (loss.get() != null) {
      throw loss.get();
    }
  }

  @Test
  void aHintForEverythingComesAfterEachPause() throws Exception {
    long begin = System.nanoTime();
    assertThat(watch.take()).isEqualTo(ChangeHint.everything());
    assertThat(watch.take()).isEqualTo(ChangeHint.everything());
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(PAUSE);
  }

  @Test
  void aLossEndsTheWatchForGood() {
    loss.set(new IllegalStateException("no answer from /run/x"));
    assertThatThrownBy(watch::take)
        .isInstanceOf(IOException.class)
        .hasMessage("no answer from /run/x");
    loss.set(null);
    assertThatThrownBy(watch::take).hasMessage("no answer from /run/x");
  }

  @Test
  void closeReleasesATakeThatWaits() {
    PollingWatch slow = new PollingWatch(Duration.ofHours(1), this::ask);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                end.completeExceptionally(new AssertionError(slow.take().toString()));
              } catch (IOException | InterruptedException e) {
                end.complete(e);
              }
            });
    reader.start();
    slow.close();
    assertThat(end.orTimeout(30, TimeUnit.SECONDS).join())
        .isInstanceOf(IOException.class)
        .hasMessage("the watch is closed");
  }

  @Test
  void anInterruptOfACheckIsNoLoss() throws Exception {
    loss.set(new InterruptedException());
    assertThatThrownBy(watch::take).isInstanceOf(InterruptedException.class);
    loss.set(null);
    assertThat(watch.take()).isEqualTo(ChangeHint.everything());
  }

  @Test
  void aPauseIsLongEnoughForTheRules() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PollingWatch(Duration.ofMillis(100), this::ask))
        .withMessage("pause must be at least 500 ms but was PT0.1S");
  }
}
