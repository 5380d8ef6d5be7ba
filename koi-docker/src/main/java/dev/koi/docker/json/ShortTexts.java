package dev.koi.docker.json;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.Reader;

/**
 * JSON in which every text is cut to a length that can be held, and the length of each value
 * bounded.
 */
final class ShortTexts extends Reader {

  static final int MAX_LENGTH = 1 << 16;

  private static final int OUTSIDE = -1; // of all texts
  private static final int UNKNOWN = -1;

  private final Reader json;
  private final long maxLength; // of one value
  private long total;
  private long end; // of the value that is being read, at most
  private int length = OUTSIDE; // of the text so far
  private int escape; // how many characters of an escape are still to come; UNKNOWN: the next tells

  ShortTexts(Reader json, long maxLength) {
    this.json = json;
    this.maxLength = maxLength;
    this.end = maxLength;
  }

  /** Allows the whole length again, for another value. */
  void begin() {
    end = total + maxLength;
  }

  /** Returns how many characters were read. */
  long total() {
    return total;
  }

  @Override
  public int read(char[] buffer, int offset, int size) throws IOException {
    int kept = 0;
    while (kept == 0) {
      int read = json.read(buffer, offset, size);
      if (read <= 0) {
        return read;
      }
      total += read;
      if (total > end) {
        throw new StreamConstraintsException("longer than " + maxLength + " characters");
      }
      kept = cut(buffer, offset, offset + read) - offset;
    }
    return kept;
  }

  /** Moves what is kept to the front, and returns where it ends. */
  private int cut(char[] buffer, int from, int to) {
    int kept = from;
    int length = this.length; // the loop is every answer's, often before it is compiled
    int escape = this.escape;
    for (int i = from; i < to; i++) {
      char next = buffer[i];
      if (length == OUTSIDE) {
        length = next == '"' ? 0 : OUTSIDE;
      } else if (escape == UNKNOWN) {
        escape = next == 'u' ? 4 : 0;
      } else if (escape > 0) {
        escape--;
      } else if (next == '"') {
        length = OUTSIDE;
      } else {
        length++;
        escape = next == '\\' ? UNKNOWN : 0;
      }
      if (length <= MAX_LENGTH) {
        buffer[kept++] = next;
      }
    }
    this.length = length;
    this.escape = escape;
    return kept;
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
