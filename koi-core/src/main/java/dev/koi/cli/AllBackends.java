package dev.koi.cli;

import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Koi's own class loader, and those of backends behind it. A ServiceLoader finds here what each of
 * them registers, and the settings find each reference.conf; Koi's own come first.
 */
final class AllBackends extends ClassLoader {

  static {
    registerAsParallelCapable();
  }

  private final Map<String, BackendLoader> loaders;

  /** {@code loaders} has the loader of each registered class. */
  AllBackends(ClassLoader koi, Map<String, BackendLoader> loaders) {
    super(koi);
    this.loaders = loaders;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    BackendLoader loader = loaders.get(name);
    return loader == null ? super.loadClass(name, resolve) : loader.loadClass(name);
  }

  @Override
  protected URL findResource(String name) {
    return loaders.values().stream()
        .map(loader -> loader.findResource(name))
        .filter(url -> url != null)
        .findFirst()
        .orElse(null);
  }

  @Override
  protected Enumeration<URL> findResources(String name) throws IOException {
    List<URL> all = new ArrayList<>();
    for (BackendLoader loader : new LinkedHashSet<>(loaders.values())) {
      all.addAll(Collections.list(loader.findResources(name)));
    }
    return Collections.enumeration(all);
  }
}
