package dev.koi.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the published form of values: their fields by wire name, in a fixed order. */
public final class Fields {

  private Fields() {}

  /**
   * {@return fields, without those whose value is null} Unmodifiable.
   *
   * @param namesAndValues each name, and behind it the value
   */
  public static Map<String, Object> of(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i + 1] != null) {
        fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
      }
    }
    return Collections.unmodifiableMap(fields);
  }

  /**
   * {@return fields as {@link #of}, without empty texts and lists, too}
   *
   * @param namesAndValues each name, and behind it the value
   */
  public static Map<String, Object> withoutEmpty(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>(of(namesAndValues));
    fields.values().removeIf(value -> value.equals("") || value.equals(List.of()));
    return Collections.unmodifiableMap(fields);
  }
}
