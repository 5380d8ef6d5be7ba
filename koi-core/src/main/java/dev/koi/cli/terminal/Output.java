package dev.koi.cli.terminal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/** An output that remembers why it could not be written to; a PrintStream forgets that. */
public final class Output extends FilterOutputStream {

  private volatile String failure; // null if there is none

  /** Writes to that stream. */
  public Output(OutputStream out) {
    super(out);
  }

  /**
   * Returns why something could not be written, such as a full disk; empty if all was written, or
   * if the reader at the other end of a pipe wanted no more.
   */
  public Optional<String> failure() {
    return Optional.ofNullable(failure)
        .filter(reason -> !reason.toLowerCase(Locale.ROOT).contains("pipe"));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = String.valueOf(e.getMessage());
      throw e;
    }
  }
}
