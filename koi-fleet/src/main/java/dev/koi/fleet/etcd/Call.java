package dev.koi.fleet.etcd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Base64;

/**
 * A request to the gateway.
 *
 * @param method GET, without a body, or POST
 * @param path with the gateway's version
 * @param body JSON
 * @param repeatable whether it does no harm if two servers get it
 */
record Call(String method, String path, String body, boolean repeatable) {

  private interface Content {
    void write(JsonGenerator json) throws IOException;
  }

  private static Call post(String path, boolean repeatable, Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.factory().createGenerator(text)) {
      json.writeStartObject();
      content.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    return new Call("POST", path, text.toString(), repeatable);
  }

  static Call version() {
    return new Call("GET", "/version", "", true);
  }

  static Call login(String user, String password) {
    return post(
        "/v3/auth/authenticate",
        true,
        json -> {
          json.writeStringField("name", user);
          json.writeStringField("password", password);
        });
  }

  /** Reads at a revision, or at the present one if that is 0; without values if keysOnly. */
  static Call range(KeyRange keys, long revision, int limit, boolean keysOnly) {
    return range(keys, 0, revision, limit, keysOnly);
  }

  /** Reads as {@link #range}, but only what was written since a revision. */
  static Call changes(KeyRange keys, long since, long revision, int limit) {
    return range(keys, since, revision, limit, false);
  }

  private static Call range(KeyRange keys, long since, long revision, int limit, boolean keysOnly) {
    return post(
        "/v3/kv/range",
        true,
        json -> {
          write(json, keys);
          json.writeNumberField("revision", revision);
          json.writeNumberField("min_mod_revision", since);
          json.writeNumberField("limit", limit);
          json.writeBooleanField("keys_only", keysOnly);
        });
  }

  static Call commit(Transaction transaction) {
    return post(
        "/v3/kv/txn",
        false,
        json -> {
          json.writeArrayFieldStart("compare");
          for (Transaction.Condition condition : transaction.conditions()) {
            json.writeStartObject();
            json.writeStringField("key", base64(condition.key()));
            json.writeStringField("target", condition.property().name());
            json.writeNumberField(condition.property().field, condition.expected());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("success");
          for (Transaction.Write write : transaction.writes()) {
            json.writeStartObject();
            json.writeObjectFieldStart(
                write.value() == null ? "request_delete_range" : "request_put");
            write(json, write.keys());
            if (write.value() != null) {
              json.writeStringField(
                  "value", Base64.getEncoder().encodeToString(write.value().getBytes(UTF_8)));
              json.writeNumberField("lease", write.lease());
            }
            json.writeEndObject();
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  static Call grant(long seconds) {
    return post("/v3/lease/grant", true, json -> json.writeNumberField("TTL", seconds));
  }

  static Call keepAlive(long lease) {
    return post("/v3/lease/keepalive", true, json -> json.writeNumberField("ID", lease));
  }

  static Call revoke(long lease) {
    return post("/v3/lease/revoke", true, json -> json.writeNumberField("ID", lease));
  }

  static Call watch(KeyRange keys, long revision) {
    return post(
        "/v3/watch",
        true,
        json -> {
          json.writeObjectFieldStart("create_request");
          write(json, keys);
          json.writeNumberField("start_revision", revision);
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, KeyRange keys) throws IOException {
    json.writeStringField("key", base64(keys.first()));
    if (!keys.end().isEmpty()) {
      json.writeStringField("range_end", base64(keys.end()));
    }
  }

  private static String base64(String key) {
    return Base64.getEncoder().encodeToString(key.getBytes(ISO_8859_1));
  }
}
