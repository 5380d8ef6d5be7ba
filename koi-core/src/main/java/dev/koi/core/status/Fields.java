package dev.koi.core.status;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The published form of a status: fields by wire name, without those that have no value. */
final class Fields {

  private final Map<String, Object> values = new LinkedHashMap<>();

  /** Adds a field; null leaves it out. */
  Fields put(String name, Object value) {
    if (value != null) {
      values.put(name, value);
    }
    return this;
  }

  Map<String, Object> map() {
    return Collections.unmodifiableMap(values);
  }
}
