package dev.koi.core.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackendCallsTest {

  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofMinutes(10);

  private final AtomicBoolean threadsAreShort = new AtomicBoolean();
  private final BackendCalls calls =
      new BackendCalls(
          new Activity(), task -> threadsAreShort.get() ? null : new Thread(task, "test-call"));
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
        .hasMessage("ask did not return within " + SHORT.toMillis() + " ms");
    await().until(() -> interrupted.getCount() == 0);
  }

  @Test
  void aWorkersCallFailsAtItsDeadlineOnceAndItsThreadGoesOnWhenItReturns() throws Exception {
    List<IOException> failures = new CopyOnWriteArrayList<>();
    AtomicBoolean wentOn = new AtomicBoolean();
    calls.execute(
        () -> {
          calls.callHere("find", SHORT, this::deafToInterrupts, (found, why) -> failures.add(why));
          wentOn.set(!Thread.currentThread().isInterrupted());
        });
    while (failures.isEmpty()) {
      calls.keepUntil(System.nanoTime() + SHORT.toNanos());
    }

    assertThat(calls.abandoned()).isEqualTo(1);
    never.countDown();
    await().untilTrue(wentOn);
    assertThat(calls.abandoned()).isZero();
    assertThat(failures)
        .singleElement()
        .extracting(Throwable::getMessage)
        .isEqualTo("find did not return within " + SHORT.toMillis() + " ms");
  }

  @Test
  void anOutcomeThatThrowsHoldsUpNoOtherOne() throws Exception {
    AtomicInteger settled = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      calls.execute(
          () ->
              calls.callHere(
                  "find",
                  SHORT,
                  this::deafToInterrupts,
                  (found, why) -> {
                    settled.incrementAndGet();
                    throw new IllegalStateException("no memory");
                  }));
    }
    while (settled.get() < 3) {
      try {
        calls.keepUntil(System.nanoTime() + SHORT.toNanos());
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("no memory");
      }
    }

    assertThat(calls.abandoned()).isEqualTo(3);
  }

  @Test
  void aCloseWithoutAThreadIsTriedAgainOnAnotherThreadThanThis() {
    AtomicReference<Thread> closer = new AtomicReference<>();
    threadsAreShort.set(true);
    CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS)
        .execute(() -> threadsAreShort.set(false));
    calls.callAnyway("close", LONG, () -> closer.set(Thread.currentThread()));

    assertThat(closer.get()).isNotNull().isNotSameAs(Thread.currentThread());
  }

  @Test
  void aCloseThatNeverGetsAThreadHoldsUpNobody() {
    threadsAreShort.set(true);
    calls.callAnyway("close", SHORT, this::deafToInterrupts);
    threadsAreShort.set(false);

    assertThat(calls.abandoned()).isZero();
  }

  /** Deadlines and answers meet again and again; the next call never sees the interrupt. */
  @Test
  void anInterruptNeverHitsALaterCall() throws Exception {
    AtomicInteger hits = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    Runnable worker =
        () -> {
          for (int i = 0; i < 20 && !over.get(); i++) {
            calls.callHere("find", Duration.ofNanos(200_000), this::spin, (a, b) -> {});
            if (Thread.currentThread().isInterrupted()) {
              hits.incrementAndGet();
            }
          }
        };
    for (int i = 0; i < 300; i++) {
      calls.execute(worker);
      calls.keepUntil(System.nanoTime() + 1_000_000);
    }
    over.set(true);

    assertThat(hits).hasValue(0);
  }

  private boolean spin() {
    long end = System.nanoTime() + 200_000;
    while (end - System.nanoTime() > 0) {
      Thread.onSpinWait();
    }
    return true;
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
    for (int i = 0; i < 1_000; i++) {
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
    while (calls.abandoned() > 0 || taken.get() < answered.get()) {
      Thread.onSpinWait(); // where an interrupt that comes late would end any other wait
    }
    Thread.interrupted();

    assertThat(taken).hasValue(answered.get());
  }

  @Test
  void callsThatNeverEndAreCountedAndThenNoMoreAreMade() {
    for (int i = 0; i < 8; i++) {
      assertThatThrownBy(() -> calls.call("ask", SHORT, this::deafToInterrupts, late -> {}))
          .hasMessage("ask did not return within " + SHORT.toMillis() + " ms");
    }

    assertThat(calls.abandoned()).isEqualTo(8);
    assertThatThrownBy(() -> calls.call("ask", LONG, () -> "answer", late -> {}))
        .hasMessage("ask is not called: 8 earlier calls hang");
    List<String> closed = new ArrayList<>();
    calls.callAnyway("close", LONG, () -> closed.add("closed"));
    assertThat(closed).containsExactly("closed");

    never.countDown();
    await().until(() -> calls.abandoned() == 0);
  }

  static List<Throwable> failures() {
    return List.of(new NoClassDefFoundError("x/Y"), new IOException(), new IllegalStateException());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whateverIsThrownIsAnIOExceptionWithAMessage(Throwable thrown) {
    assertThatThrownBy(
            () ->
                calls.call(
                    "ask",
                    LONG,
                    () -> {
                      if (thrown instanceof Error e) {
                        throw e;
                      }
                      throw (Exception) thrown;
                    },
                    late -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("ask failed: " + FailureWords.of(thrown));
  }

  @Test
  void nullIsNoAnswer() {
    assertThatThrownBy(() -> calls.call("ask", LONG, () -> null, late -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("ask returned null");
  }

  @Test
  void closingInterruptsAllCallsAndWaitsForTheirThreads() throws Exception {
    CyclicBarrier begun = new CyclicBarrier(2);
    AtomicBoolean ended = new AtomicBoolean();
    calls.execute(
        () -> {
          calls.callHere(
              "take",
              null,
              () -> {
                begun.await();
                never.await();
                return true;
              },
              (answer, failure) -> {});
          ended.set(true);
        });
    begun.await();
    calls.close(LONG);

    assertThat(ended).isTrue();
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
