package dev.koi.serve;

import dev.koi.serve.http.Answers;
import dev.koi.serve.http.Router;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The files of the page: those that lie beside {@code page/index.html} when the server starts. */
final class PageFiles {

  private static final String INDEX = "index.html";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "woff2", "font/woff2",
          "webmanifest", "application/manifest+json");

  /** Nothing but the page's own files, no code in the page, and no frame around it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private PageFiles() {}

  /** Mounts all files; they need no token, so that the page can ask for it. */
  static void mount(Router router) throws IOException {
    for (Map.Entry<String, byte[]> file : read().entrySet()) {
      String name = file.getKey();
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      if (type == null) {
        continue; // such as a licence; the page does not load it
      }
      Request.Handler handler = file(type, file.getValue());
      router.mountOpen("/" + name, handler);
      if (name.equals(INDEX)) {
        router.mountOpen("/", handler);
      }
    }
  }

  /** Returns the handler of a file that does not change. */
  static Request.Handler file(String type, byte[] bytes) {
    return new PageFile(type, bytes);
  }

  private static Map<String, byte[]> read() throws IOException {
    URL index = PageFiles.class.getResource("page/" + INDEX);
    if (index == null) {
      throw new IOException("the page is missing in the jar of koi-core");
    }
    if (index.openConnection() instanceof JarURLConnection connection) {
      connection.setUseCaches(false); // else closing the jar would close it for the class loader
      try (JarFile jar = connection.getJarFile()) {
        return read(jar, connection.getEntryName().replace(INDEX, ""));
      }
    }
    return read(Path.of(URI.create(index.toString())).resolveSibling(""));
  }

  /** Without the file system of jars, which a small Java may lack. */
  private static Map<String, byte[]> read(JarFile jar, String folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (JarEntry entry : Collections.list(jar.entries())) {
      String name = entry.getName();
      if (name.startsWith(folder)
          && name.indexOf('/', folder.length()) < 0
          && !entry.isDirectory()) {
        try (InputStream content = jar.getInputStream(entry)) {
          files.put(name.substring(folder.length()), content.readAllBytes());
        }
      }
    }
    return files;
  }

  private static Map<String, byte[]> read(Path directory) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    List<Path> all;
    try (Stream<Path> list = Files.list(directory)) {
      all = list.filter(Files::isRegularFile).toList();
    }
    for (Path file : all) {
      files.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    return files;
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
