package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuardedCallsTest {

  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final GuardedCalls calls = new GuardedCalls("test", new Activity());
  private final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void end() {
    never.countDown();
    calls.close(LONG);
  }

  @Test
  void anAnswerIsReturned() throws Exception {
    assertThat(calls.call("ask", LONG, () -> "answer", late -> {})).isEqualTo("answer");
  }

  @Test
  void aCallThatHangsIsInterruptedAtItsDeadline() {
    CountDownLatch interrupted = new CountDownLatch(1);

    assertThatThrownBy(
            () ->
                calls.call(
                    "ask",
                    SHORT,
                    () -> {
                      try {
                        never.await();
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                      }
                      return "late";
                    },
                    late -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("ask did not return in time");
    await().until(() -> interrupted.getCount() == 0);
  }

  @Test
  void anAnswerThatComesTooLateIsHandedBack() {
    AtomicReference<String> handedBack = new AtomicReference<>();

    assertThatThrownBy(() -> calls.call("ask", SHORT, this::deafToInterrupts, handedBack::set))
        .isInstanceOf(IOException.class);
    never.countDown();

    await().until(() -> "late".equals(handedBack.get()));
  }

  @Test
  void anAnswerThatComesWhileItsCallerIsInterruptedIsReturnedOrHandedBack() {
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    Thread caller = Thread.currentThread();
    for (int i = 0; i < 3_000; i++) {
      try {
        calls.call(
            "ask",
            LONG,
            () -> {
              answered.incrementAndGet();
              caller.interrupt();
              return "answer";
            },
            late -> taken.incrementAndGet());
        taken.incrementAndGet();
      } catch (IOException | InterruptedException e) {
        // then it must be handed back
      }
    }
    Thread.interrupted();

    await().untilAsserted(() -> assertThat(taken).hasValue(answered.get()));
  }

  @Test
  void callsThatNeverEndAreCountedAndThenNoMoreAreMade() {
    for (int i = 0; i < 8; i++) {
      assertThatThrownBy(() -> calls.call("ask", SHORT, this::deafToInterrupts, late -> {}))
          .hasMessage("ask did not return in time");
    }

    assertThat(calls.abandoned()).isEqualTo(8);
    assertThatThrownBy(() -> calls.call("ask", LONG, () -> "answer", late -> {}))
        .hasMessage("ask is not called: 8 earlier calls hang");

    never.countDown();
    await().until(() -> calls.abandoned() == 0);
  }

  @Test
  void whateverIsThrownBecomesAnIOException() {
    assertThatThrownBy(
            () ->
                calls.call(
                    "ask",
                    LONG,
                    () -> {
                      throw new NoClassDefFoundError("x/Y");
                    },
                    late -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ask failed: java.lang.NoClassDefFoundError: x/Y");
  }

  @Test
  void nullIsNoAnswer() {
    assertThatThrownBy(() -> calls.call("ask", LONG, () -> null, late -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("ask returned null");
  }

  @Test
  void aFailureHasAMessageWhateverItsCauseHas() {
    assertThatThrownBy(
            () ->
                calls.call(
                    "ask",
                    LONG,
                    () -> {
                      throw new IOException();
                    },
                    late -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("ask failed: java.io.IOException");
  }

  private String deafToInterrupts() {
    while (true) {
      try {
        never.await();
        return "late";
      } catch (InterruptedException e) {
        // deaf
      }
    }
  }
}
