package dev.koi.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.Instance;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpiTest {

  @Test
  void byDefaultFindingOneInstanceIsNotSupported() {
    RuntimeConnection connection = listing(Instance.builder("docker", "1", "one").build());
    assertThatThrownBy(() -> connection.findInstance("1"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aHintNamesAnInstanceOrEverything() {
    assertThat(ChangeHint.instance("1")).isEqualTo(new ChangeHint.OneInstance("1"));
    assertThat(ChangeHint.everything())
        .isEqualTo(new ChangeHint.Everything())
        .isSameAs(ChangeHint.everything());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChangeHint.instance(" "))
        .withMessage("id must not be blank");
    assertThatNullPointerException().isThrownBy(() -> ChangeHint.instance(null)).withMessage("id");
  }

  @Test
  void aRuntimeThatIsAbsentIsAnIoExceptionOfItsOwn() {
    IOException cause = new IOException("refused");
    assertThat(new BackendUnavailableException("nothing at /x", cause))
        .isInstanceOf(IOException.class)
        .hasMessage("nothing at /x")
        .hasCause(cause);
    assertThat(new BackendUnavailableException("nothing at /x")).hasMessage("nothing at /x");
  }

  @Test
  void whoAnsweredHasNoNulls() {
    assertThatNullPointerException().isThrownBy(() -> new RuntimeInfo(null, "", "", ""));
    assertThatNullPointerException().isThrownBy(() -> new RuntimeInfo("", null, "", ""));
    assertThatNullPointerException().isThrownBy(() -> new RuntimeInfo("", "", null, ""));
    assertThatNullPointerException().isThrownBy(() -> new RuntimeInfo("", "", "", null));
  }

  private static RuntimeConnection listing(Instance... instances) {
    return new RuntimeConnection() {
      @Override
      public RuntimeInfo runtime() {
        return new RuntimeInfo("Test", "", "", "memory");
      }

      @Override
      public List<Instance> listInstances() {
        return List.of(instances);
      }

      @Override
      public InstanceWatch watch() throws IOException {
        throw new IOException("not watched here");
      }

      @Override
      public void close() {}
    };
  }
}
