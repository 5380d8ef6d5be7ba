package dev.koi.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputTest {

  @ParameterizedTest
  @CsvSource({
    "No space left on device, No space left on device",
    "Bad file descriptor, Bad file descriptor",
    "Broken pipe, ",
    "The pipe is being closed, ",
    ", ",
  })
  void aFailureIsOneUnlessOnlyTheReaderHasGone(String thrown, String failure) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output output =
        new Output(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                if (thrown != null) {
                  throw new IOException(thrown);
                }
                bytes.write(b);
              }
            });
    PrintStream stream = new PrintStream(output, false, StandardCharsets.UTF_8);
    stream.print("ü\n");

    assertThat(stream.checkError()).isEqualTo(thrown != null);
    assertThat(output.failure().orElse(null)).isEqualTo(failure);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(thrown == null ? "ü\n" : "");
  }
}
