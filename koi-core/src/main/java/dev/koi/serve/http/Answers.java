package dev.koi.serve.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.core.wire.WireFormat;
import dev.koi.text.Fields;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes answers. Their text ends with a line break, so that a terminal shows them well. */
public final class Answers {

  private static final Pattern ETAG = Pattern.compile("\"[^\"]*\"");
  private static final String RETRY_AFTER_SECONDS = "5";

  /** The headers of each answer; a route may replace a value. */
  private static final HttpFields USUAL =
      HttpFields.build()
          .add("X-Content-Type-Options", "nosniff")
          .add("Cache-Control", "no-store")
          .add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
          .add("Referrer-Policy", "no-referrer")
          .add("Cross-Origin-Resource-Policy", "same-origin");

  private Answers() {}

  /** Sets the headers that every answer has. */
  public static void usualHeaders(Response response) {
    for (HttpField field : USUAL) {
      response.getHeaders().put(field);
    }
  }

  /** Answers with a JSON text. */
  public static void json(Response response, Callback callback, int status, String json) {
    text(response, callback, status, "application/json", json + "\n");
  }

  /** Answers with a text. */
  public static void text(
      Response response, Callback callback, int status, String type, String text) {
    bytes(response, callback, status, type, ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  /**
   * Answers with bytes, or with 304 if the client has them.
   *
   * @param etag for exactly these bytes, with its quotation marks
   * @param bytes are not changed, so one buffer serves all clients
   */
  public static void unlessKnown(
      Request request,
      Response response,
      Callback callback,
      String etag,
      String type,
      Supplier<ByteBuffer> bytes) {
    response.getHeaders().put(HttpHeader.ETAG, etag);
    if (request.getHeaders().getValuesList(HttpHeader.IF_NONE_MATCH).stream()
        .anyMatch(known -> has(known, etag))) {
      response.setStatus(304);
      response.write(true, null, callback);
    } else {
      bytes(response, callback, 200, type, bytes.get());
    }
  }

  /** Jetty's own reader of such lists refuses some that are right. */
  private static boolean has(String list, String etag) {
    return list.strip().equals("*")
        || ETAG.matcher(list).results().anyMatch(known -> known.group().equals(etag));
  }

  private static void bytes(
      Response response, Callback callback, int status, String type, ByteBuffer bytes) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.remaining());
    response.write(true, bytes.slice(), callback);
  }

  /** Answers with an error. */
  public static void error(Response response, Callback callback, RefusedException refused) {
    error(response, callback, refused.status(), refused.error(), refused.getMessage());
  }

  /** Answers with an error, such as 404, {@code not_found} and a sentence for people. */
  public static void error(
      Response response, Callback callback, int status, String error, String message) {
    switch (status) {
      case 401 -> response.getHeaders().put("WWW-Authenticate", "Bearer realm=\"koi\"");
      case 405 -> response.getHeaders().put("Allow", "GET, HEAD");
      case 503 -> response.getHeaders().put("Retry-After", RETRY_AFTER_SECONDS);
      default -> {}
    }
    json(
        response, callback, status, WireFormat.json(Fields.of("error", error, "message", message)));
  }
}
