package dev.koi;

import static java.util.Objects.requireNonNull;

/**
 * What became of a label: a field of the metadata that it set. One label may set several.
 *
 * @param key the label's key, or the name of the environment variable, cut to 128 characters
 * @param field the field's name on the wire, such as {@code service_type}; for a TXT pair {@code
 *     txt.} and its key
 * @param value what the field was set to, as people write it
 */
public record LabelReading(String key, String field, String value) {

  /**
   * Cuts the key.
   *
   * @param key of any length
   * @param field not null
   * @param value not null
   */
  public LabelReading {
    key = Trimmer.cut(key, LabelProblem.MAX_KEY);
    requireNonNull(field, "field");
    requireNonNull(value, "value");
  }
}
