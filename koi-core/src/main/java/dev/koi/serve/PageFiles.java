package dev.koi.serve;

import dev.koi.serve.http.Answers;
import dev.koi.serve.http.Router;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The files of the page. */
final class PageFiles {

  private static final String INDEX = "index.html";

  /** Those that the page loads. */
  private static final List<String> OTHERS =
      List.of(
          "koi.css",
          "koi.svg",
          "words.js",
          "dom.js",
          "server.js",
          "picture.js",
          "table.js",
          "engines.js",
          "drawer.js",
          "koi.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "json", "application/json");

  /** Nothing but the page's own files, no code in the page, and no frame around it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private PageFiles() {}

  /** Mounts all files; they need no token, so that the page can ask for it. */
  static void mount(Router router) throws IOException {
    Request.Handler index = file("page/" + INDEX);
    router.mountOpen("/", index).mountOpen("/" + INDEX, index);
    for (String name : OTHERS) {
      router.mountOpen("/" + name, file("page/" + name));
    }
  }

  /** Returns the handler of a file beside this class, which does not change. */
  static Request.Handler file(String name) throws IOException {
    try (InputStream content = PageFiles.class.getResourceAsStream(name)) {
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      return new PageFile(type, content.readAllBytes());
    }
  }

  private static final class PageFile implements Request.Handler {
    private final String type;
    private final ByteBuffer bytes;
    private final String etag;

    PageFile(String type, byte[] bytes) {
      this.type = type;
      this.bytes = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        this.etag = "\"" + HexFormat.of().formatHex(digest, 0, 16) + "\"";
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // every Java has it
      }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.getHeaders().put("Cache-Control", "no-cache");
      response.getHeaders().put("Content-Security-Policy", POLICY);
      Answers.unlessKnown(request, response, callback, etag, type, () -> bytes);
      return true;
    }
  }
}
