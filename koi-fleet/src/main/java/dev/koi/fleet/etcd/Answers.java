package dev.koi.fleet.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads an answer, or a message of a watch; what etcd leaves out is 0, false or empty. */
final class Answers {

  private final Json json;
  final List<KeyValue> values = new ArrayList<>(); // of a watch: the changes, without values
  long revision;
  long count;
  boolean more;
  boolean succeeded;
  long lease;
  long ttl; // the seconds that a lease has left; 0 if it has ended
  String token = "";
  String version = "";
  boolean canceled;
  boolean compacted;
  String reason = "";

  Answers(Json json) {
    this.json = json;
  }

  /** Reads an answer. */
  static Answers read(InputStream content) throws IOException {
    Json json = new Json(content);
    json.next();
    Answers answers = new Answers(json);
    json.object(answers::field);
    return answers;
  }

  Page page() {
    return new Page(values, revision, more, count);
  }

  /** Reads the field that the reader stands on. */
  void field(String name) throws IOException {
    switch (name) {
      case "result", "header" -> json.object(this::field);
      case "revision" -> revision = json.number();
      case "kvs" -> json.array(() -> values.add(keyValue(true)));
      case "events" -> json.array(this::event);
      case "kv" -> values.add(keyValue(false));
      case "canceled" -> canceled = json.isTrue();
      case "compact_revision" -> compacted = json.number() > 0;
      case "cancel_reason" -> reason = json.text();
      case "more" -> more = json.isTrue();
      case "count" -> count = json.number();
      case "succeeded" -> succeeded = json.isTrue();
      case "ID" -> lease = json.number();
      case "TTL" -> ttl = json.number();
      case "token" -> token = json.text();
      case "etcdserver" -> version = Refusal.brief(json.text());
      default -> {}
    }
  }

  private void event() throws IOException {
    int before = values.size();
    json.object(this::field);
    if (values.size() == before) {
      throw new IOException("an event without a key");
    }
  }

  private KeyValue keyValue(boolean withValue) throws IOException {
    long[] numbers = new long[2]; // modified, lease
    String[] key = {""};
    byte[][] value = {withValue ? new byte[0] : null};
    json.object(
        name -> {
          switch (name) {
            case "key" -> key[0] = json.firstBytes(EtcdClient.MAX_KEY);
            case "value" -> value[0] = withValue ? json.bytes(EtcdClient.MAX_VALUE) : null;
            case "mod_revision" -> numbers[0] = json.number();
            case "lease" -> numbers[1] = json.number();
            default -> {}
          }
        });
    return new KeyValue(
        key[0],
        Optional.ofNullable(value[0]).map(bytes -> new String(bytes, UTF_8)),
        numbers[0],
        numbers[1]);
  }
}
