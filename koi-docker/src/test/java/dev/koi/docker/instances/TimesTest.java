package dev.koi.docker.instances;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-02-29T07:08:09Z",
        "2024-05-06T07:08:09.1Z",
        "2024-05-06T07:08:09.123456789Z",
        "2024-05-06T00:08:09.12345+02:00",
        "1999-12-31T23:59:59.999999999-11:30"
      })
  void aTimeIsReadAsTheJdkReadsIt(String text) {
    assertThat(Times.parse(text)).contains(OffsetDateTime.parse(text).toInstant());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0001-01-01T00:00:00Z",
        "2024-05-06",
        "2024-05-06T07:08:09",
        "2024-05-06T07:08:09.5",
        "2024-05-06 07:08:09Z",
        "2024-13-06T07:08:09Z",
        "2023-02-29T07:08:09Z",
        "2024-05-06T07:08:0xZ",
        "2024-05-06T07:08:09X",
        "2024-05-06T07:08:09+99:00"
      })
  void whatIsNoTimeIsEmpty(String text) {
    assertThat(Times.parse(text)).isEmpty();
  }
}
