package dev.koi.cli;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.spi.CharsetProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** Code that leaves a file when it runs, as a service of everything that may look for one. */
public final class Planted {

  /** The variable that names the directory for the files. */
  static final String TRACES = "KOI_TEST_TRACES";

  /** By the name of the service. */
  static final List<Class<?>> SERVICES =
      List.of(Backend.class, Tool.class, Logging.class, Zones.class, Charsets.class);

  private Planted() {}

  static Class<?> serviceOf(Class<?> provider) {
    return provider.getInterfaces().length > 0
        ? provider.getInterfaces()[0]
        : provider.getSuperclass();
  }

  private static void leaveTrace(Object provider) {
    try {
      Files.writeString(
          Path.of(System.getenv(TRACES), provider.getClass().getSimpleName()), "it ran");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A service of Koi. */
  public static final class Backend implements RuntimeBackend {
    /** Leaves a trace. */
    public Backend() {
      leaveTrace(this);
    }

    @Override
    public String name() {
      return "planted";
    }

    @Override
    public RuntimeConnection connect(BackendConfig config) throws IOException {
      throw new IOException("no runtime");
    }
  }

  /** A service of the JDK, which the demo looks for. */
  public static final class Tool implements ToolProvider {
    /** Leaves a trace. */
    public Tool() {
      leaveTrace(this);
    }

    @Override
    public String name() {
      return "koi-simulated-engine";
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... args) {
      return 1;
    }
  }

  /** A service of slf4j. */
  public static final class Logging implements SLF4JServiceProvider {
    /** Leaves a trace. */
    public Logging() {
      leaveTrace(this);
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
      return new NOPLoggerFactory();
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
      return new BasicMarkerFactory();
    }

    @Override
    public MDCAdapter getMDCAdapter() {
      return new NOPMDCAdapter();
    }

    @Override
    public String getRequestedApiVersion() {
      return "2.0.99";
    }

    @Override
    public void initialize() {}
  }

  /** A service of the JDK. */
  public static final class Zones extends ZoneRulesProvider {
    /** Leaves a trace. */
    public Zones() {
      leaveTrace(this);
    }

    @Override
    protected Set<String> provideZoneIds() {
      return Set.of();
    }

    @Override
    protected ZoneRules provideRules(String zone, boolean forCaching) {
      return null;
    }

    @Override
    protected NavigableMap<String, ZoneRules> provideVersions(String zone) {
      return new TreeMap<>();
    }
  }

  /** A service of the JDK. */
  public static final class Charsets extends CharsetProvider {
    /** Leaves a trace. */
    public Charsets() {
      leaveTrace(this);
    }

    @Override
    public Iterator<Charset> charsets() {
      return Collections.emptyIterator();
    }

    @Override
    public Charset charsetForName(String name) {
      return null;
    }
  }
}
