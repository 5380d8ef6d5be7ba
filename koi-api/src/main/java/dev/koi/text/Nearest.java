package dev.koi.text;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that a misspelt word was probably meant to be. */
public final class Nearest {

  private static final int MAX_LENGTH = 40; // comparing longer words only costs time
  private static final int MAX_SLIPS = 2;

  private Nearest() {}

  /**
   * {@return the end of a message about an unknown word: the known words, and the one that was
   * probably meant}
   *
   * @param word the unknown word, of any length
   * @param known the known words, in lower case, as they are to be listed
   */
  public static String insteadOf(String word, Collection<String> known) {
    return "; there are: " + String.join(", ", known) + didYouMean(word, known);
  }

  /**
   * {@return a question for the end of such a message; empty if no known word is near}
   *
   * @param word the unknown word, of any length
   * @param known the known words, in lower case
   */
  public static String didYouMean(String word, Collection<String> known) {
    return to(word, known).map(near -> "; did you mean '" + near + "'?").orElse("");
  }

  /**
   * {@return the known word with the smallest edit distance from the given word, if that distance
   * is at most two letters; the first of several} Case is ignored.
   *
   * @param word the word to correct, of any length
   * @param known the words to choose from, in lower case
   */
  public static Optional<String> to(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String nearest = null;
    int least = MAX_SLIPS + 1;
    for (String candidate : known) {
      int distance = distance(word.toLowerCase(Locale.ROOT), candidate);
      if (distance < least && distance < candidate.length()) {
        least = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** {@return the number of letters to add, remove or replace to turn one text into the other} */
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
