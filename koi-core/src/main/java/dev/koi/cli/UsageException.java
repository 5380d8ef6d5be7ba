package dev.koi.cli;

import dev.koi.text.Nearest;
import java.util.Collection;

/** The command line is wrong; the message says where. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  /** Returns the end of a message about a word that is none of those; empty if none is similar. */
  static String didYouMean(String word, Collection<String> known) {
    return Nearest.to(word, known).map(near -> "; did you mean '" + near + "'?").orElse("");
  }
}
