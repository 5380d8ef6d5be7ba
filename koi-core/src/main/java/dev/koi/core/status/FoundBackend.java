package dev.koi.core.status;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.koi.text.Fields;
import java.util.Map;

/**
 * A backend that can be used.
 *
 * @param name its checked {@link dev.koi.spi.RuntimeBackend#name()}
 * @param version its jar's Implementation-Version; empty if the jar has none
 * @param source the jar or directory its class was loaded from; empty if unknown
 */
public record FoundBackend(String name, String version, String source) {
  /** Requires all. */
  public FoundBackend {
    requireNonNull(name, "name");
    requireNonNull(version, "version");
    requireNonNull(source, "source");
  }

  /**
   * Returns the status in the form in which it is published: its fields by wire name, in a fixed
   * order, as values that any JSON library can write.
   */
  @JsonValue
  public Map<String, Object> toMap() {
    return Fields.of("name", name, "version", version, "jar", source);
  }
}
