package dev.koi.docker.instances;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Times as engines write them. They are read by hand: the JDK's formatter takes a tenth of an
 * inspection's time, and a short command would load its classes.
 */
final class Times {

  private static final int NANOS = 9;
  private static final String MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";

  private Times() {}

  /**
   * Returns the time of a text such as {@code "2024-05-06T07:08:09.123456789+02:00"}; empty if it
   * is none, or of the year 1, which stands for none.
   */
  static Optional<Instant> parse(String text) {
    try {
      int zone = text.charAt(16) == ':' ? 19 : 16; // seconds may be missing
      LocalDateTime second =
          LocalDateTime.of(
              number(text, 0, 4, '-'),
              number(text, 5, 7, '-'),
              number(text, 8, 10, 'T'),
              number(text, 11, 13, ':'),
              number(text, 14, 16),
              zone == 16 ? 0 : number(text, 17, 19));
      int nanos = 0;
      if (text.charAt(zone) == '.') {
        do {
          zone++;
        } while (Character.isDigit(text.charAt(zone)));
        nanos = number((text.substring(20, zone) + "0".repeat(NANOS)), 0, NANOS);
      }
      ZoneOffset offset = ZoneOffset.of(text.substring(zone));
      return second.getYear() <= 1
          ? Optional.empty()
          : Optional.of(second.withNano(nanos).toInstant(offset));
    } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /** Returns the time of a header such as {@code "Sun, 06 Nov 1994 08:49:37 GMT"}, if it is one. */
  static Optional<Instant> parseHeader(String text) {
    try {
      int month = MONTHS.indexOf(text.substring(8, 12));
      LocalDateTime second =
          LocalDateTime.of(
              number(text, 12, 16, ' '),
              month % 4 == 0 ? month / 4 + 1 : 0,
              number(text, 5, 7, ' '),
              number(text, 17, 19, ':'),
              number(text, 20, 22, ':'),
              number(text, 23, 25, ' '));
      return text.startsWith("GMT", 26)
          ? Optional.of(second.toInstant(ZoneOffset.UTC))
          : Optional.empty();
    } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static int number(String text, int from, int to, char after) {
    if (text.charAt(to) != after) {
      throw new NumberFormatException();
    }
    return number(text, from, to);
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new NumberFormatException();
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
