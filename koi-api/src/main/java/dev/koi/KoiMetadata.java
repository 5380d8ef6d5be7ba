package dev.koi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings for Koi that the labels of an instance contain.
 *
 * <p>If several sources set the same field, the first of these wins: a {@code koi.*} label for that
 * field; the label {@code koi.announce}; the environment variable {@code KOI_MDNS_ANNOUNCE}; the
 * labels of a proxy, which is Traefik or caddy-docker-proxy. An invalid value is not used; it is
 * reported in {@link #problems}. {@code koi.enable=false} always disables the instance, and then
 * the labels of proxies are not read.
 *
 * <p>Immutable. Its size is bounded, whatever the labels are.
 */
public final class KoiMetadata {

  private final Map<MetadataField, Object> values;
  private final SortedMap<String, String> txt; // one of the values
  private final List<LabelProblem> problems;
  private final List<LabelReading> readings;

  KoiMetadata(
      Map<MetadataField, Object> values,
      SortedMap<String, String> txt,
      Collection<LabelProblem> problems,
      Collection<LabelReading> readings) {
    this.values = new EnumMap<>(values);
    this.txt = Collections.unmodifiableSortedMap(new TreeMap<>(txt));
    this.values.put(MetadataField.TXT, this.txt);
    this.problems = List.copyOf(problems);
    this.readings = List.copyOf(readings);
  }

  /**
   * {@return the settings in these labels and this environment: a pure function}
   *
   * @param labels all labels of the instance
   * @param environment {@code NAME=value} texts, of which only {@code KOI_MDNS_ANNOUNCE} is read
   */
  public static KoiMetadata from(Map<String, String> labels, Collection<String> environment) {
    return new LabelReader(requireNonNull(labels, "labels"), LabelReader.announcement(environment))
        .read();
  }

  /**
   * {@return whether Koi should announce the instance ({@code koi.enable}); empty if no label says}
   * {@code koi.announce} and the labels of a proxy set it to true.
   */
  public Optional<Boolean> enable() {
    return value(MetadataField.ENABLE, Boolean.class);
  }

  /**
   * {@return the DNS-SD service type of its ports, such as {@code _http._tcp} ({@code koi.type})}
   */
  public Optional<String> serviceType() {
    return value(MetadataField.SERVICE_TYPE, String.class);
  }

  /**
   * {@return the DNS-SD instance name to announce: 1 to 63 octets of UTF-8 without control
   * characters ({@code koi.name})}
   */
  public Optional<String> name() {
    return value(MetadataField.NAME, String.class);
  }

  /**
   * {@return the DNS name to announce: RFC 1123 labels in lower case, at most 253 characters
   * ({@code koi.dns.name})}
   */
  public Optional<String> dnsName() {
    return value(MetadataField.DNS_NAME, String.class);
  }

  /**
   * {@return the pairs of the DNS-SD TXT record, sorted by key ({@code koi.txt.*}): at most 255
   * octets each, and 1300 together}
   */
  public SortedMap<String, String> txt() {
    return txt;
  }

  /** {@return the absolute path that an HTTP health check requests ({@code koi.health.path})} */
  public Optional<String> healthPath() {
    return value(MetadataField.HEALTH_PATH, String.class);
  }

  /** {@return the kind of health check, {@code http} or {@code tcp} ({@code koi.health.kind})} */
  public Optional<String> healthKind() {
    return value(MetadataField.HEALTH_KIND, String.class);
  }

  /**
   * {@return the time between two health checks: whole seconds, up to a day ({@code
   * koi.health.interval})}
   */
  public Optional<Duration> healthInterval() {
    return value(MetadataField.HEALTH_INTERVAL, Duration.class);
  }

  /**
   * {@return the time limit of a health check: whole seconds, up to a day ({@code
   * koi.health.timeout})}
   */
  public Optional<Duration> healthTimeout() {
    return value(MetadataField.HEALTH_TIMEOUT, Duration.class);
  }

  /** {@return the port that a proxy should forward to, 1 to 65535 ({@code koi.proxy.port})} */
  public Optional<Integer> proxyPort() {
    return value(MetadataField.PROXY_PORT, Integer.class);
  }

  /** {@return whether a proxy may serve other hosts ({@code koi.proxy.remote})} */
  public Optional<Boolean> proxyRemote() {
    return value(MetadataField.PROXY_REMOTE, Boolean.class);
  }

  /** {@return whether the instance requests a certificate of the mesh ({@code koi.certmesh})} */
  public Optional<Boolean> certmesh() {
    return value(MetadataField.CERTMESH, Boolean.class);
  }

  /**
   * {@return the proxy whose labels set the fields that {@code koi.*} labels left open: {@code
   * traefik-labels} or {@code caddy-labels}; empty if there is none}
   */
  public Optional<String> source() {
    return value(MetadataField.SOURCE, String.class);
  }

  /**
   * {@return the rejected labels, in a stable order; at most 51, where the 51st counts the others}
   */
  public List<LabelProblem> problems() {
    return problems;
  }

  /**
   * {@return what Koi took from each label that it read, in a stable order} For diagnosis: {@link
   * #equals} ignores it.
   */
  public List<LabelReading> readings() {
    return readings;
  }

  /** {@return the same settings, read from other labels; the source is {@code null} for none} */
  KoiMetadata from(String source, List<LabelProblem> problems, List<LabelReading> readings) {
    Map<MetadataField, Object> copy = new EnumMap<>(values);
    if (LabelReader.SOURCES.contains(source == null ? "" : source)) {
      copy.put(MetadataField.SOURCE, source);
    }
    return new KoiMetadata(copy, txt, problems, readings);
  }

  Map<String, Object> toMap() {
    return WireForm.of(values);
  }

  private <T> Optional<T> value(MetadataField field, Class<T> type) {
    return Optional.ofNullable(type.cast(values.get(field)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KoiMetadata that
        && values.equals(that.values)
        && problems.equals(that.problems);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** {@return the fields, without the values of TXT pairs, which may be secrets} */
  @Override
  public String toString() {
    Map<MetadataField, Object> shown = new EnumMap<>(values);
    shown.put(MetadataField.TXT, txt.keySet());
    return "KoiMetadata" + shown + " problems=" + problems;
  }
}
