package dev.koi.fleet.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the answers to calls; what etcd leaves out is 0, false or empty. */
final class Answers {

  private final Json json;
  private final List<KeyValue> values = new ArrayList<>();
  private long revision;
  private boolean succeeded;
  private boolean more;
  private long count;
  private long lease;
  private long ttl;
  private String version = "";

  private Answers(Json json) {
    this.json = json;
  }

  static String version(Json json) throws IOException {
    return new Answers(json).read().version;
  }

  static Page page(Json json) throws IOException {
    Answers answers = new Answers(json).read();
    return new Page(answers.values, answers.revision, answers.more, answers.count);
  }

  static Transaction.Outcome outcome(Json json) throws IOException {
    Answers answers = new Answers(json).read();
    return new Transaction.Outcome(answers.succeeded, answers.revision, answers.values);
  }

  static long lease(Json json) throws IOException {
    return new Answers(json).read().lease;
  }

  /** Returns the seconds that a lease has left; 0 if it has ended. */
  static long ttl(Json json) throws IOException {
    return new Answers(json).read().ttl;
  }

  private Answers read() throws IOException {
    json.object(this::field);
    return this;
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "result", "response_range" -> json.object(this::field);
      case "header" -> revision = Math.max(revision, revision(json)); // parts have lower ones
      case "kvs" -> json.array(() -> values.add(keyValue(json, true)));
      case "responses" -> json.array(() -> json.object(this::field));
      case "more" -> more = json.isTrue();
      case "count" -> count = json.number();
      case "succeeded" -> succeeded = json.isTrue();
      case "ID" -> lease = json.number();
      case "TTL" -> ttl = json.number();
      case "etcdserver" -> version = Refusal.brief(json.text());
      default -> {}
    }
  }

  /** Reads the revision in a header. */
  static long revision(Json json) throws IOException {
    long[] revision = {0};
    json.object(
        name -> {
          if (name.equals("revision")) {
            revision[0] = json.number();
          }
        });
    return revision[0];
  }

  /** Reads a key, with its value if wanted. */
  static KeyValue keyValue(Json json, boolean withValue) throws IOException {
    long[] numbers = new long[3]; // created, modified, lease
    String[] key = {""};
    byte[][] value = {new byte[0]};
    json.object(
        name -> {
          switch (name) {
            case "key" -> key[0] = json.firstBytes(EtcdClient.MAX_KEY);
            case "value" -> value[0] = withValue ? json.bytes(EtcdClient.MAX_VALUE) : null;
            case "create_revision" -> numbers[0] = json.number();
            case "mod_revision" -> numbers[1] = json.number();
            case "lease" -> numbers[2] = json.number();
            default -> {}
          }
        });
    return new KeyValue(
        key[0],
        Optional.ofNullable(value[0]).map(bytes -> new String(bytes, UTF_8)),
        numbers[0],
        numbers[1],
        numbers[2]);
  }
}
