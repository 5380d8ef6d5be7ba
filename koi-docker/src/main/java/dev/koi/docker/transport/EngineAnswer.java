package dev.koi.docker.transport;

import dev.koi.docker.json.Json;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.MessageHeaders;

/** A good answer while its body is read. */
public final class EngineAnswer {

  private final MessageHeaders head;
  private final InputStream body;

  EngineAnswer(MessageHeaders head, InputStream body) {
    this.head = head;
    this.body = body;
  }

  /** Returns the value of a header; empty if there is none of that name. */
  public String header(String name) {
    Header header = head.getFirstHeader(name);
    return header == null ? "" : header.getValue();
  }

  /** Returns the body's JSON, of which no value may be longer than that, in characters. */
  public Json json(long maxLength) throws IOException {
    return new Json(body, maxLength);
  }
}
