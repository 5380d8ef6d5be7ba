package dev.koi.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BasicConnectionTest {

  private final AtomicInteger released = new AtomicInteger();
  private Exception failure; // of the runtime's client, null if it works
  private Runnable duringOpen = () -> {};

  private final BasicConnection connection =
      new BasicConnection(new RuntimeInfo("Test", "", "", "memory:test")) {
        @Override
        protected List<Instance> list() throws Exception {
          if (failure != null) {
            throw failure;
          }
          return new ArrayList<>(List.of(Instance.builder("test", "1", "one").build()));
        }

        @Override
        protected InstanceWatch openWatch() {
          duringOpen.run();
          return new PollingWatch(Duration.ofHours(1), this::listInstances);
        }

        @Override
        protected void release() {
          released.incrementAndGet();
          throw new IllegalStateException("closed already");
        }
      };

  @Test
  void aListCannotBeChanged() throws Exception {
    assertThat(connection.listInstances()).isUnmodifiable().hasSize(1);
  }

  @Test
  void anUncheckedExceptionBecomesAnIoException() {
    failure = new IllegalStateException("HTTP 500 from /run/x");
    assertThatThrownBy(connection::listInstances)
        .isInstanceOf(IOException.class)
        .hasMessage("HTTP 500 from /run/x")
        .hasCause(failure);
    failure = new NullPointerException();
    assertThatThrownBy(connection::listInstances)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("NullPointerException");
  }

  @Test
  void anInterruptThatAnExceptionHidesIsKept() {
    failure = new IllegalStateException("call failed", new InterruptedException());
    assertThatThrownBy(connection::listInstances).isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void findingIsNotSupportedUnlessItIsWritten() {
    assertThatThrownBy(() -> connection.findInstance("1"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aSecondWatchIsRefused() throws Exception {
    connection.watch().close();
    assertThatThrownBy(connection::watch)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("memory:test");
  }

  @Test
  void afterCloseEveryCallFailsAndCloseIsDoneOnce() throws Exception {
    InstanceWatch watch = connection.watch();
    connection.close();
    connection.close();
    assertThat(released).hasValue(1);
    assertThatThrownBy(watch::take).isInstanceOf(IOException.class);
    assertThatThrownBy(connection::listInstances)
        .isInstanceOf(IOException.class)
        .hasMessage("the connection to memory:test is closed");
    assertThatThrownBy(() -> connection.findInstance("1")).isInstanceOf(IOException.class);
    assertThatThrownBy(connection::watch).isInstanceOf(IOException.class);
  }

  @Test
  void aWatchThatIsBeingOpenedIsClosedWithTheConnection() throws Exception {
    duringOpen = connection::close;
    assertThatThrownBy(connection.watch()::take).hasMessage("the watch is closed");
  }
}
