package dev.koi.serve.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenStreamsTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final OpenStreams streams = new OpenStreams(2);
  private final AtomicInteger ended = new AtomicInteger();

  @Test
  void noMoreThanTheLimitAreOpen() throws Exception {
    OpenStreams.Stream first = ended::incrementAndGet;
    streams.add(first);
    streams.add(() -> {});

    assertThatThrownBy(() -> streams.add(() -> {}))
        .isInstanceOf(RefusedException.class)
        .hasMessage("there are 2 event streams already, as koi.serve.max-streams allows");
    streams.remove(first);
    streams.remove(first);
    assertThat(streams.count()).isEqualTo(1);
    streams.add(() -> {});
  }

  @Test
  void theEndIsSaidToEachAndNoneComesAfterIt() throws Exception {
    streams.add(
        new OpenStreams.Stream() {
          @Override
          public void end() {
            ended.incrementAndGet();
            new Thread(() -> streams.remove(this)).start();
          }
        });

    streams.end(LONG);

    assertThat(ended).hasValue(1);
    assertThat(streams.count()).isZero();
    assertThatThrownBy(() -> streams.add(() -> {})).hasMessage("this server ends");
  }

  @Test
  void aStreamThatDoesNotEndIsNotAwaitedForEver() throws Exception {
    streams.add(ended::incrementAndGet);

    streams.end(Duration.ofMillis(20));

    assertThat(ended).hasValue(1);
    assertThat(streams.count()).isEqualTo(1);
  }
}
