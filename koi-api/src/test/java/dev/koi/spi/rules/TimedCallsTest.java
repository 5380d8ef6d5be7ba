package dev.koi.spi.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TimedCallsTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final ClassLoader loader = new ClassLoader() {};
  private final TimedCalls calls = new TimedCalls("test", loader);

  @Test
  void aCallReturnsAndThrowsWhatItsBodyDoes() throws Exception {
    assertThat(calls.within(LONG, "ask()", () -> Thread.currentThread().getContextClassLoader()))
        .isSameAs(loader);
    assertThatThrownBy(
            () ->
                calls.within(
                    LONG,
                    "ask()",
                    () -> {
                      throw new IOException("lost");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("lost");
  }

  @Test
  void aCallThatHangsIsNamedAndInterrupted() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                calls.within(
                    Duration.ofMillis(500), // by then it sleeps
                    "ask()",
                    () -> {
                      try {
                        Thread.sleep(LONG.toMillis());
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                      }
                      return 1;
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("ask() did not return within 500 ms")
        .hasStackTraceContaining("sleep");
    interrupted.await();
  }

  @Test
  void aNullAnswerAndAnErrorAreFaultsOfTheCall() {
    assertThatThrownBy(() -> calls.answer(LONG, "ask()", () -> null))
        .isInstanceOf(AssertionError.class)
        .hasMessage("ask() returned null");
    assertThatThrownBy(
            () ->
                calls.within(
                    LONG,
                    "ask()",
                    () -> {
                      throw new LinkageError("no such class");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("ask() threw java.lang.LinkageError: no such class");
  }

  @Test
  void threadsThatACallStartsAreTold() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    calls.within(
        LONG,
        "start()",
        () -> {
          new Thread(
                  () -> {
                    try {
                      end.await();
                    } catch (InterruptedException e) {
                      // the end as well
                    }
                  },
                  "forgotten")
              .start();
          return 1;
        });
    assertThat(calls.startedThreads()).singleElement().asString().contains("\"forgotten\"");
    assertThat(TimedCalls.otherThreads()).noneMatch(thread -> thread.contains("\"forgotten\""));
    end.countDown();
  }
}
