package dev.koi.docker.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.koi.docker.endpoint.EngineEndpoint.Origin;
import dev.koi.spi.BackendConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes endpoints of addresses as people write them, in every form that the docker command takes.
 * "cert-path" and "insecure" of the configuration apply to all of them.
 */
public final class AddressParser {

  /** The longest path that fits into the address of a unix socket on Linux. */
  private static final int MAX_SOCKET_PATH = 107;

  /** Where Docker's own command line looks if an ssh:// address names no path. */
  private static final String SSH_SOCKET = "/var/run/docker.sock";

  private static final int MAX_PORT = 65535;

  /** A scheme; Podman also takes unix:/path. */
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z]+):(?=/)(.*)", Pattern.DOTALL);

  /** User, host, port and path. A host may have an underscore, as Compose's often have. */
  private static final Pattern TCP =
      Pattern.compile(
          "(?:[^/]*@)?(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]*)(?::([0-9]{0,5}))?(/[!-~&&[^?#]]*)?");

  /** User, host, port and path. */
  private static final Pattern SSH =
      Pattern.compile("(?:([^/:@]*)(?::.*)?@)?([^/:@]*)(?::([0-9]*))?(/.*)?", Pattern.DOTALL);

  /** A password: what lies between the user's name and the last @. */
  private static final Pattern PASSWORD =
      Pattern.compile("^([A-Za-z]+://)?+([^/:@]*):.*@", Pattern.DOTALL);

  private final BackendConfig config;
  private final boolean windows;

  /** Makes one for an entry of the configuration. */
  public AddressParser(BackendConfig config, ProcessEnvironment environment) {
    this.config = config;
    windows = environment.windows();
  }

  /**
   * Returns the endpoint that the configuration's "host" names, if it is set.
   *
   * @throws IllegalArgumentException if it cannot be used; names the key
   */
  public Optional<EngineEndpoint> configured() {
    return config
        .string("host")
        .map(host -> named(host, Origin.CONFIGURED, config.fullKey("host"), Optional.empty()));
  }

  /**
   * Returns the endpoint that a variable names.
   *
   * @param certificates for TLS, used unless the configuration has a "cert-path"
   * @throws IllegalArgumentException if it cannot be used; names the variable
   */
  public EngineEndpoint ofVariable(String variable, String value, Optional<Path> certificates) {
    return named(value, Origin.NAMED, variable, certificates);
  }

  private EngineEndpoint named(
      String address, Origin origin, String source, Optional<Path> certificates) {
    try {
      return parse(address, origin, source, certificates);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          source + " " + e.getMessage() + " but was " + withoutPassword(address), e);
    }
  }

  /**
   * Returns the endpoint of an address.
   *
   * @param certificates for TLS, used unless the configuration has a "cert-path"
   * @throws IllegalArgumentException if it cannot be used; the message says what it must be, as in
   *     "must name a host"
   */
  public EngineEndpoint parse(
      String address, Origin origin, String source, Optional<Path> certificates) {
    Matcher scheme = SCHEME.matcher(address.strip());
    boolean hasScheme = scheme.matches();
    Optional<Path> tls = config.string("cert-path").map(Path::of).or(() -> certificates);
    URI uri =
        switch (hasScheme ? scheme.group(1).toLowerCase(Locale.ROOT) : "tcp") {
          case "unix" -> socket(scheme.group(2));
          case "npipe" -> pipe(address.strip());
          case "tcp" ->
              tcp(
                  hasScheme ? scheme.group(2).replaceFirst("^//", "") : address.strip(),
                  origin == Origin.CONFIGURED && tls.isPresent() ? 2376 : 2375);
          case "ssh" -> throw ssh(scheme.group(2));
          default ->
              throw new IllegalArgumentException("must begin with unix://, tcp:// or npipe://");
        };
    EngineEndpoint endpoint =
        new EngineEndpoint(
            uri,
            origin,
            source,
            tls.filter(any -> uri.getScheme().equals("tcp")),
            config.bool("insecure", false));
    requireThisHostIfPlain(endpoint);
    return endpoint;
  }

  private static URI socket(String rest) {
    String path = rest.startsWith("//") ? rest.substring(2) : rest;
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("must be unix:// and an absolute path");
    }
    if (path.getBytes(UTF_8).length > MAX_SOCKET_PATH) {
      throw new IllegalArgumentException(
          "must have a path of at most " + MAX_SOCKET_PATH + " bytes, the system's limit");
    }
    return EngineEndpoint.socketUri(path);
  }

  private URI pipe(String address) {
    if (!windows) {
      throw new IllegalArgumentException("must not be a named pipe (only Windows has them)");
    }
    return syntax(address);
  }

  private static URI tcp(String rest, int usualPort) {
    Matcher parts = TCP.matcher(rest);
    if (!parts.matches() || rest.startsWith("/")) {
      throw new IllegalArgumentException(
          "must name a host and a port, as in tcp://10.0.0.7:2376, or a socket, as in unix://"
              + (rest.matches("/[^/].*") ? rest : "/run/docker.sock"));
    }
    String host = parts.group(1).isEmpty() ? "localhost" : parts.group(1);
    String port = parts.group(2) == null ? "" : parts.group(2);
    if (!port.isEmpty() && (Integer.parseInt(port) == 0 || Integer.parseInt(port) > MAX_PORT)) {
      throw new IllegalArgumentException("must have a port in 1.." + MAX_PORT);
    }
    String path = parts.group(3) == null ? "" : parts.group(3).replaceFirst("/+$", "");
    return syntax("tcp://" + host + ":" + (port.isEmpty() ? usualPort : port) + path);
  }

  private static URI syntax(String address) {
    try {
      return new URI(address);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be an address: " + e.getReason(), e);
    }
  }

  private static IllegalArgumentException ssh(String rest) {
    Matcher parts = SSH.matcher(rest.replaceFirst("^//", ""));
    boolean known = parts.matches() && !parts.group(2).isEmpty();
    String user = known && parts.group(1) != null ? parts.group(1) + "@" : "";
    return new IllegalArgumentException(
        String.format(
            "must be unix:///tmp/engine.sock, with the socket forwarded to it (ssh -nNT -L"
                + " /tmp/engine.sock:%s%s %s%s), because Koi does not speak ssh,",
            known && parts.group(4) != null ? parts.group(4) : SSH_SOCKET,
            known && parts.group(3) != null ? " -p " + parts.group(3) : "",
            user,
            known ? parts.group(2) : "HOST"));
  }

  /** Tells a person at once; {@link EngineEndpoint#addresses()} decides for each connection. */
  private static void requireThisHostIfPlain(EngineEndpoint endpoint) {
    if (endpoint.uri().getScheme().equals("tcp")
        && endpoint.certificates().isEmpty()
        && !endpoint.insecure()) {
      try {
        endpoint.addresses();
      } catch (IOException e) { // a name that does not resolve is not this host's
        throw new IllegalArgumentException(EngineEndpoint.PLAIN_ELSEWHERE, e);
      }
    }
  }

  /** Returns the address as it may be shown: with *** for a password. */
  public static String withoutPassword(String address) {
    return PASSWORD.matcher(address).replaceFirst("$1$2:***@");
  }
}
