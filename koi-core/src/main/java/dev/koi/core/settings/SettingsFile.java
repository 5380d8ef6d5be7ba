package dev.koi.core.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A configuration file. It may include other files, by paths relative to its directory; nothing
 * else, so that no configuration makes Koi fetch, hang or read without an end.
 */
final class SettingsFile
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {

  private static final int MAX_LENGTH = 1 << 20;
  private static final int MAX_DEPTH = 10;

  private final Path main;
  private int depth;

  private SettingsFile(Path main) {
    this.main = main;
  }

  /**
   * Reads a file and those that it includes.
   *
   * @throws SettingsException if one cannot be used; names it
   */
  static Config parse(Path file) {
    try {
      return new SettingsFile(file).read(file);
    } catch (StackOverflowError e) {
      throw new SettingsException(file + ": is nested too deeply", e);
    }
  }

  private Config read(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new SettingsException(file + ": there is no such file that can be read");
    }
    try {
      if (Files.size(file) > MAX_LENGTH) {
        throw new SettingsException(file + ": is larger than " + (MAX_LENGTH >> 20) + " MiB");
      }
    } catch (IOException e) {
      throw new SettingsException(file + ": " + e.getMessage(), e);
    }
    return ConfigFactory.parseFile(
        file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false).setIncluder(this));
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    return included(context, what);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return included(context, what.getPath());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw refused("an address");
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw refused("a resource of the class path");
  }

  private ConfigObject included(ConfigIncludeContext context, String what) {
    if (what.contains(":") || Path.of(what).isAbsolute()) {
      throw refused(what);
    }
    Path file = main.resolveSibling(what);
    if (!Files.exists(file) && context.parseOptions().getAllowMissing()) {
      return ConfigFactory.empty().root();
    }
    if (depth == MAX_DEPTH) {
      throw new SettingsException(main + ": files include each other " + MAX_DEPTH + " times");
    }
    depth++;
    try {
      return read(file).root();
    } catch (ConfigException e) { // its message would quote a file that may be no configuration
      String line = e.origin() == null ? "" : " (line " + e.origin().lineNumber() + ")";
      throw new SettingsException(file + ": is no valid HOCON" + line);
    } finally {
      depth--;
    }
  }

  private SettingsException refused(String what) {
    return new SettingsException(
        main + ": includes " + what + "; only files can be included, by a relative path");
  }

  /** Files included after this one are not asked. */
  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }
}
