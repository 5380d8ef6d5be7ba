package dev.koi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an instance's labels ask of Koi.
 *
 * <p>Where several sources speak, the first of these counts: an explicit {@code koi.*} label; the
 * label {@code koi.announce}; the environment variable {@code KOI_MDNS_ANNOUNCE}; the labels of a
 * partner, which is Traefik or caddy-docker-proxy. A value that breaks the rules of its field is
 * not used, and becomes one of {@link #problems}. {@code koi.enable=false} beats everything: the
 * instance stays disabled, and partners' labels are not read.
 *
 * <p>Immutable. Its size has a bound, whatever the labels.
 */
public final class KoiMetadata {

  private final SortedMap<String, Object> values; // by the field's name on the wire
  private final SortedMap<String, String> txt;
  private final List<LabelProblem> problems;
  private final List<LabelReading> readings;

  KoiMetadata(
      Map<String, Object> values,
      Map<String, String> txt,
      Collection<LabelProblem> problems,
      Collection<LabelReading> readings) {
    this.values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    this.txt = Collections.unmodifiableSortedMap(new TreeMap<>(txt));
    this.problems = List.copyOf(problems);
    this.readings = List.copyOf(readings);
  }

  /**
   * {@return what these labels and this environment ask of Koi: a pure function, whatever the order
   * and whatever the text}
   *
   * @param labels all labels of the instance
   * @param environment {@code NAME=value} strings, of which only {@code KOI_MDNS_ANNOUNCE} is
   *     looked at
   */
  public static KoiMetadata from(Map<String, String> labels, Collection<String> environment) {
    return new LabelReader(requireNonNull(labels, "labels"), LabelReader.announcement(environment))
        .read();
  }

  /**
   * {@return whether Koi is asked to announce the instance ({@code koi.enable}); empty if nothing
   * says so} {@code koi.announce} and partners' labels set it to true.
   */
  public Optional<Boolean> enable() {
    return value("enable", Boolean.class);
  }

  /**
   * {@return the DNS-SD service type of its ports, such as {@code _http._tcp} ({@code koi.type})}
   */
  public Optional<String> serviceType() {
    return value("service_type", String.class);
  }

  /**
   * {@return the DNS-SD instance name to announce: 1 to 63 octets of UTF-8 without control
   * characters ({@code koi.name})}
   */
  public Optional<String> name() {
    return value("name", String.class);
  }

  /**
   * {@return the DNS name to announce: lower case RFC 1123 labels, at most 253 characters ({@code
   * koi.dns.name})}
   */
  public Optional<String> dnsName() {
    return value("dns_name", String.class);
  }

  /**
   * {@return the pairs of the DNS-SD TXT record, by key ({@code koi.txt.*}): at most 255 octets
   * each, and 1300 together}
   */
  public SortedMap<String, String> txt() {
    return txt;
  }

  /**
   * {@return the absolute path that a health check asks for over HTTP ({@code koi.health.path})}
   */
  public Optional<String> healthPath() {
    return value("health_path", String.class);
  }

  /** {@return the kind of health check, {@code http} or {@code tcp} ({@code koi.health.kind})} */
  public Optional<String> healthKind() {
    return value("health_kind", String.class);
  }

  /**
   * {@return the time between two health checks: whole seconds, up to a day ({@code
   * koi.health.interval})}
   */
  public Optional<Duration> healthInterval() {
    return value("health_interval", Duration.class);
  }

  /**
   * {@return how long a health check may take: whole seconds, up to a day ({@code
   * koi.health.timeout})}
   */
  public Optional<Duration> healthTimeout() {
    return value("health_timeout", Duration.class);
  }

  /** {@return the port that a proxy is to use, 1 to 65535 ({@code koi.proxy.port})} */
  public Optional<Integer> proxyPort() {
    return value("proxy_port", Integer.class);
  }

  /** {@return whether a proxy may serve other hosts ({@code koi.proxy.remote})} */
  public Optional<Boolean> proxyRemote() {
    return value("proxy_remote", Boolean.class);
  }

  /** {@return whether the instance asks for a certificate of the mesh ({@code koi.certmesh})} */
  public Optional<Boolean> certmesh() {
    return value("certmesh", Boolean.class);
  }

  /**
   * {@return whose labels filled in what {@code koi.*} left open: {@code traefik-labels} or {@code
   * caddy-labels}; empty if none did}
   */
  public Optional<String> source() {
    return value("source", String.class);
  }

  /**
   * {@return what was rejected, in a stable order; at most 51, of which the last counts the rest}
   */
  public List<LabelProblem> problems() {
    return problems;
  }

  /**
   * {@return which label, or environment variable, each field and each TXT pair was taken from, in
   * a stable order} No part of what makes two of them equal: it is for people who ask why.
   */
  public List<LabelReading> readings() {
    return readings;
  }

  private <T> Optional<T> value(String wireName, Class<T> type) {
    return Optional.ofNullable(type.cast(values.get(wireName)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KoiMetadata that
        && values.equals(that.values)
        && txt.equals(that.txt)
        && problems.equals(that.problems);
  }

  @Override
  public int hashCode() {
    return Objects.hash(values, txt);
  }

  @Override
  public String toString() {
    return "KoiMetadata" + values + " txt=" + txt.keySet() + " problems=" + problems;
  }
}
