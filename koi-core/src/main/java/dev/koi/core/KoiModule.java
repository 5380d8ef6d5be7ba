package dev.koi.core;

import com.google.inject.PrivateModule;
import com.google.inject.Provider;
import com.google.inject.Scopes;
import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.settings.KoiSettings;
import dev.koi.spi.RuntimeBackend;
import java.util.Collection;
import java.util.List;

/**
 * Binds a {@link Koi}, and nothing else that an application could see or bind itself. Koi starts
 * when it is first injected, and the application closes it.
 *
 * <p>Every binding is made by a provider of this module. So Guice calls no constructor by
 * reflection and generates no code.
 */
public final class KoiModule extends PrivateModule {

  private final KoiSettings settings;
  private final List<RuntimeBackend> backends;
  private final ClassLoader loader;

  /**
   * Makes a module.
   *
   * @param settings as read by {@link dev.koi.core.settings.SettingsLoader}
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
    bind(InstanceTable.class)
        .toProvider((Provider<InstanceTable>) InstanceTable::new)
        .in(Scopes.SINGLETON);
    bind(BackendCatalog.class)
        .toProvider((Provider<BackendCatalog>) () -> BackendCatalog.discover(backends, loader))
        .in(Scopes.SINGLETON);
    Provider<InstanceTable> table = getProvider(InstanceTable.class);
    Provider<BackendCatalog> catalog = getProvider(BackendCatalog.class);
    bind(Koi.class)
        .toProvider((Provider<Koi>) () -> Koi.start(settings, catalog.get(), table.get()))
        .in(Scopes.SINGLETON);
    expose(Koi.class);
  }
}
