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

  private final Reader json;
  private final long maxLength; // of one value
  private long total;
  private long end; // of the value that is being read, at most
  private boolean inText;
  private int length; // of the text so far
  private int escape; // how many characters of an escape are still to come
  private boolean escapeBegins;

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
      for (int i = offset; i < offset + read; i++) {
        char next = buffer[i];
        if (inText ? keeps(next) : next != '"' || beginsText()) {
          buffer[offset + kept++] = next;
        }
      }
    }
    return kept;
  }

  private boolean beginsText() {
    inText = true;
    length = 0;
    return true;
  }

  private boolean keeps(char next) {
    if (escapeBegins) {
      escapeBegins = false;
      escape = next == 'u' ? 4 : 0;
    } else if (escape > 0) {
      escape--;
    } else if (next == '\\') {
      escapeBegins = true;
      length++;
    } else if (next == '"') {
      inText = false;
      return true;
    } else {
      length++;
    }
    return length <= MAX_LENGTH;
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
