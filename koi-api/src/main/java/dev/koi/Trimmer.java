package dev.koi;

import dev.koi.labels.ComposeLabels;
import dev.koi.text.Prefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sorts the facts of an instance, cuts them to limits that allow for thousands of instances, and
 * records whether it has cut any.
 */
final class Trimmer {

  static final int MAX_NAME = 255; // of a container, a network, Compose's names, a label's key
  static final int MAX_IMAGE = 512; // has room for a registry and a digest
  static final int MAX_ADDRESS = 64; // more than the longest IPv6 address with a zone
  static final int MAX_PORTS = 1024;
  static final int MAX_NETWORKS = 64;
  static final int MAX_ADDRESSES = 64;
  static final int MAX_LABELS = 256;
  static final int MAX_LABEL_VALUE = 4096;
  static final int MAX_LABELS_TOTAL = 32_768;

  private boolean trimmed;

  boolean trimmed() {
    return trimmed;
  }

  /** {@return the text or its beginning; {@code null} stays {@code null}} */
  String text(String text, int max) {
    if (text == null) {
      return null;
    }
    String kept = Prefix.of(text, max);
    trimmed |= kept.length() < text.length();
    return kept;
  }

  Compose compose(ComposeLabels labels) {
    return labels == null
        ? null
        : new Compose(
            text(labels.project(), MAX_NAME),
            text(labels.service(), MAX_NAME),
            labels.number(),
            labels.oneOff());
  }

  /** {@return the first elements, sorted, without duplicates} */
  <T extends Comparable<? super T>> List<T> first(int max, Collection<T> all) {
    if (all.size() < 2) { // most containers have one network, one port
      return List.copyOf(all);
    }
    List<T> sorted = new ArrayList<>(new TreeSet<>(all));
    trimmed |= sorted.size() > max;
    return List.copyOf(sorted.subList(0, Math.min(max, sorted.size())));
  }

  List<PortMapping> ports(Collection<PortMapping> ports) {
    List<PortMapping> kept = new ArrayList<>();
    for (PortMapping port : first(MAX_PORTS, ports)) {
      String hostIp = text(port.hostIp(), MAX_ADDRESS);
      kept.add(new PortMapping(port.hostPort(), port.containerPort(), port.protocol(), hostIp));
    }
    return first(MAX_PORTS, kept);
  }

  List<Network> networks(Collection<Network> networks) {
    List<Network> kept = new ArrayList<>();
    for (Network network : first(MAX_NETWORKS, networks)) {
      List<String> ips =
          first(MAX_ADDRESSES, network.ips()).stream().map(ip -> text(ip, MAX_ADDRESS)).toList();
      kept.add(new Network(text(network.name(), MAX_NAME), ips));
    }
    return first(MAX_NETWORKS, kept);
  }

  /** {@return the labels with their values cut, without those beyond the limits} */
  SortedMap<String, String> labels(Map<String, String> labels) {
    SortedMap<String, String> kept = new TreeMap<>();
    int room = MAX_LABELS_TOTAL;
    for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
      String value = text(label.getValue(), MAX_LABEL_VALUE);
      int size = label.getKey().length() + value.length();
      if (label.getKey().length() > MAX_NAME || size > room || kept.size() == MAX_LABELS) {
        trimmed = true;
      } else {
        kept.put(label.getKey(), value);
        room -= size;
      }
    }
    return Collections.unmodifiableSortedMap(kept);
  }
}
