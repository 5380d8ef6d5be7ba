package dev.koi.publish;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.koi.Instance;
import dev.koi.fleet.etcd.EtcdClient;
import dev.koi.fleet.format.PublishedInstance;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The value that is written for an instance.
 *
 * @param json the value
 * @param fingerprint equal for values that differ in the time of discovery and the epoch only: a
 *     publisher that starts again need not write them again
 */
record InstanceValue(String json, String fingerprint) {

  private static final String DISCOVERED_AT = "discovered_at";
  private static final String TRUNCATED = "truncated";

  /** May be long; the first is left out first. */
  private static final List<String> UNBOUNDED =
      List.of("labels", "metadata", "exposed_ports", "networks", "ips", "ports");

  static InstanceValue of(String host, String epoch, Instance instance) {
    Map<String, Object> fields = new LinkedHashMap<>(instance.toMap());
    String json = new PublishedInstance(host, epoch, fields).toJson();
    for (String field : UNBOUNDED) {
      if (json.length() <= EtcdClient.MAX_VALUE) {
        break;
      }
      fields.remove(field);
      fields.put(TRUNCATED, true);
      json = new PublishedInstance(host, epoch, fields).toJson();
    }
    return new InstanceValue(json, fingerprint(host, fields));
  }

  /** Returns the fingerprint of a value that was read; empty if it is of no instance. */
  static Optional<String> fingerprint(String json) {
    try {
      PublishedInstance published = PublishedInstance.parse(json);
      return Optional.of(fingerprint(published.host(), published.instance()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String fingerprint(String host, Map<String, Object> instance) {
    Map<String, Object> lasting = new LinkedHashMap<>(instance);
    lasting.remove(DISCOVERED_AT);
    byte[] bytes = new PublishedInstance(host, "", lasting).toJson().getBytes(US_ASCII);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
