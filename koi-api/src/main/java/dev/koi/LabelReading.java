package dev.koi;

import static java.util.Objects.requireNonNull;

import dev.koi.text.Prefix;

/**
 * What Koi took from one label, or from the environment variable {@code KOI_MDNS_ANNOUNCE}. A label
 * that sets several fields has several readings.
 *
 * @param key the label's key, or the variable's name, cut to 128 characters
 * @param field the wire name of the metadata's field that it set, such as {@code service_type};
 *     {@code txt.} and the pair's key for a TXT pair; {@code compose} for a place in a Compose
 *     project; empty if the label had no effect
 * @param text the field's new value, for people; or the reason why the label had no effect, to be
 *     read after the key
 */
public record LabelReading(String key, String field, String text) {

  /**
   * Cuts the key.
   *
   * @param key of any length
   * @param field not null
   * @param text not null
   */
  public LabelReading {
    key = Prefix.of(key, LabelProblem.MAX_KEY);
    requireNonNull(field, "field");
    requireNonNull(text, "text");
  }
}
