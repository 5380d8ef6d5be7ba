package dev.koi.core;

import com.google.inject.Exposed;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import dev.koi.core.discovery.BackendCatalog;
import dev.koi.core.dispatch.Dispatcher;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.table.InstanceTable;
import dev.koi.spi.RuntimeBackend;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Binds a {@link Koi}, and nothing else that the rest of an application could see. It starts when
 * it is first injected; to close it is the application's task.
 */
public final class KoiModule extends PrivateModule {

  private final KoiSettings settings;
  private final Collection<RuntimeBackend> backends;
  private final ClassLoader loader;

  /**
   * Makes a module.
   *
   * @param settings what {@link dev.koi.core.settings.SettingsLoader} has read
   * @param backends in addition to those found on the class path, and before them
   * @param loader whose class path is searched for backends
   */
  public KoiModule(
      KoiSettings settings, Collection<? extends RuntimeBackend> backends, ClassLoader loader) {
    this.settings = settings;
    this.backends = List.copyOf(backends);
    this.loader = loader;
  }

  @Override
  protected void configure() {
    bind(KoiSettings.class).toInstance(settings);
    bind(RandomGenerator.class).toInstance(new Random()); // shared, so thread-safe
    bind(Dispatcher.class);
    bind(InstanceTable.class);
  }

  @Provides
  @Singleton
  BackendCatalog catalog() {
    return BackendCatalog.discover(backends, loader);
  }

  @Provides
  @Singleton
  @Exposed
  Koi koi(
      KoiSettings settings,
      BackendCatalog catalog,
      InstanceTable table,
      Dispatcher dispatcher,
      RandomGenerator random) {
    Koi koi = new Koi(settings, catalog, table, dispatcher, random);
    koi.begin();
    return koi;
  }
}
