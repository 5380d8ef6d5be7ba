package dev.koi;

import dev.koi.LabelRules.RejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The fields of {@link KoiMetadata} in the order of the wire, and the label that sets each. */
enum MetadataField {
  ENABLE("koi.enable"),
  SERVICE_TYPE("koi.type"),
  NAME("koi.name"),
  DNS_NAME("koi.dns.name"),
  TXT("koi.txt.*"),
  HEALTH_PATH("koi.health.path"),
  HEALTH_KIND("koi.health.kind"),
  HEALTH_INTERVAL("koi.health.interval"),
  HEALTH_TIMEOUT("koi.health.timeout"),
  PROXY_PORT("koi.proxy.port"),
  PROXY_REMOTE("koi.proxy.remote"),
  CERTMESH("koi.certmesh"),
  SOURCE(""); // no label sets it

  private final String label;

  MetadataField(String label) {
    this.label = label;
  }

  /** {@return the name on the wire} */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@return the field that a label of this key sets, or {@code null} if there is none} */
  static MetadataField of(String label) {
    for (MetadataField field : values()) {
      if (field.label.equals(label) && field != TXT) {
        return field;
      }
    }
    return label.startsWith("koi.txt.") ? TXT : null;
  }

  /** {@return the key of the label that sets it; for TXT pairs, what the keys begin with} */
  String label() {
    return this == TXT ? "koi.txt." : label;
  }

  /** {@return the keys of the labels that set a field} */
  static List<String> labels() {
    List<String> labels = new ArrayList<>();
    for (MetadataField field : values()) {
      labels.add(field.label);
    }
    return labels;
  }

  /** {@return the value of a label in the form in which the field keeps it} */
  Object read(String value) throws RejectedException {
    return switch (this) {
      case ENABLE, PROXY_REMOTE, CERTMESH -> LabelRules.bool(value);
      case SERVICE_TYPE -> LabelRules.serviceType(value);
      case NAME -> LabelRules.instanceName(value);
      case DNS_NAME -> LabelRules.dnsName(value);
      case HEALTH_PATH -> LabelRules.healthPath(value);
      case HEALTH_KIND -> LabelRules.healthKind(value);
      case HEALTH_INTERVAL, HEALTH_TIMEOUT -> LabelRules.duration(value);
      case PROXY_PORT -> LabelRules.port(value);
      case TXT, SOURCE -> throw new IllegalStateException(name()); // not one label's value
    };
  }
}
