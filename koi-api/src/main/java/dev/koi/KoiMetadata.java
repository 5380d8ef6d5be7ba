package dev.koi;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** What an instance's labels ask of Koi. */
public final class KoiMetadata {

  private final String serviceType;

  private KoiMetadata(String serviceType) {
    this.serviceType = serviceType;
  }

  static KoiMetadata from(Map<String, String> labels, Collection<String> environment) {
    requireNonNull(environment, "environment");
    return new KoiMetadata(labels.get("koi.type"));
  }

  /** Returns the DNS-SD service type of {@code koi.type}, if set. */
  public Optional<String> serviceType() {
    return Optional.ofNullable(serviceType);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KoiMetadata that && serviceType().equals(that.serviceType());
  }

  @Override
  public int hashCode() {
    return serviceType().hashCode();
  }
}
