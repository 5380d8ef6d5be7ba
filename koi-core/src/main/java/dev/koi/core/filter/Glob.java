package dev.koi.core.filter;

/**
 * A pattern in which {@code *} stands for any characters and {@code ?} for one. Strangers may
 * choose it: unlike with a regular expression, a match takes at most time in proportion to the
 * product of the two lengths.
 */
final class Glob {

  private final int[] pattern; // code points

  Glob(String pattern) {
    this.pattern = pattern.codePoints().toArray();
  }

  /** Returns whether the whole text matches. */
  boolean matches(String text) {
    int[] points = text.codePoints().toArray();
    int at = 0; // in the pattern
    int star = -1; // the last one seen in the pattern
    int rest = 0; // where the text after the last star begins
    int i = 0;
    while (i < points.length) {
      if (at < pattern.length && pattern[at] == '*') {
        star = at++;
        rest = i;
      } else if (at < pattern.length && (pattern[at] == '?' || pattern[at] == points[i])) {
        at++;
        i++;
      } else if (star >= 0) { // this star takes one more; earlier ones never need to
        at = star + 1;
        i = ++rest;
      } else {
        return false;
      }
    }
    while (at < pattern.length && pattern[at] == '*') {
      at++;
    }
    return at == pattern.length;
  }
}
