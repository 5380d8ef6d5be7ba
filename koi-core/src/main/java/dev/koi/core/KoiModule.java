package dev.koi.core;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Scopes;
import dev.koi.core.settings.KoiSettings;
import dev.koi.spi.RuntimeBackend;
import java.util.Collection;

/**
 * Binds a {@link Koi} for an application that uses Guice, and nothing else that the application
 * could see or bind itself. Koi starts when it is first injected, and the application closes it.
 */
public final class KoiModule extends AbstractModule {

  private final Koi.Builder builder;

  /**
   * Makes a module.
   *
   * @param settings as read by {@link dev.koi.core.settings.SettingsLoader}
   * @param backends in addition to those found on the class path, and before them
   * @param loader whose class path is searched for backends
   */
  public KoiModule(
      KoiSettings settings, Collection<? extends RuntimeBackend> backends, ClassLoader loader) {
    this.builder = Koi.builder().settings(settings).classLoader(loader);
    backends.forEach(builder::backend);
  }

  @Override
  protected void configure() {
    bind(Koi.class).toProvider((Provider<Koi>) builder::start).in(Scopes.SINGLETON);
  }
}
