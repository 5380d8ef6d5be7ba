package dev.koi.fleet.etcd;

import com.fasterxml.jackson.core.JacksonException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Reads an answer that is an error. */
final class Refusal {

  private static final int MAX_BODY = 16 << 10;
  private static final int MAX_TEXT = 200;

  private String reason = "";
  private int code;

  private Refusal() {}

  /** Returns the exception for a status other than 200. */
  static EtcdException of(URI server, int status, InputStream body) throws IOException {
    Refusal refusal = new Refusal();
    try {
      Json json = new Json(new ByteArrayInputStream(body.readNBytes(MAX_BODY)));
      json.next();
      refusal.read(json);
    } catch (JacksonException e) {
      // another service answers
    }
    String reason =
        refusal.reason.isEmpty()
            ? "does not answer as etcd does: status " + status
            : refusal.reason + remedy(refusal.reason);
    return new EtcdException(place(server), refusal.code, reason);
  }

  private static String remedy(String reason) {
    boolean nobody = reason.equals("etcdserver: user name is empty");
    return nobody ? "; it wants a login: set user and password-file" : "";
  }

  /** Returns the exception for an error in a stream, standing on it. */
  static EtcdException of(URI server, Json error) throws IOException {
    Refusal refusal = new Refusal();
    refusal.read(error);
    return new EtcdException(place(server), refusal.code, refusal.reason);
  }

  private void read(Json json) throws IOException {
    json.object(
        name -> {
          switch (name) {
            case "message" -> reason = brief(json.text());
            case "code", "grpc_code" -> code = (int) json.number();
            default -> {}
          }
        });
  }

  static String place(URI server) {
    return "etcd at " + server;
  }

  /** Returns the beginning of another's text, in a form that is safe to show. */
  static String brief(String text) {
    String line = text.replaceAll("[\\p{C}\\s]+", " ").strip();
    return line.substring(0, Math.min(line.length(), MAX_TEXT));
  }
}
