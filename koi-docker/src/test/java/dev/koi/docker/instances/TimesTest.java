package dev.koi.docker.instances;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 29 Feb 2024 23:59:59 GMT",
        "Thu, 31 Dec 2099 12:00:00 GMT"
      })
  void aHeaderIsReadAsTheJdkReadsIt(String text) {
    assertThat(Times.parseHeader(text))
        .contains(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "today",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06  Fe 1994 08:49:37 GMT",
        "Thu, 30 Feb 2024 08:49:37 GMT",
        "Thu, 01 Jan 2024 24:49:37 GMT",
        "Thu, 0x Jan 2024 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT"
      })
  void aHeaderThatIsNoTimeIsEmpty(String text) {
    assertThat(Times.parseHeader(text)).isEmpty();
  }
}
