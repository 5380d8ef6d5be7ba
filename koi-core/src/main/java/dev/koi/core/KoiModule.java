package dev.koi.core;

import com.google.inject.Binding;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.PrivateModule;
import com.google.inject.Provider;
import com.google.inject.Scopes;
import dev.koi.core.discovery.BackendCatalog;
import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.settings.KoiSettings;
import dev.koi.spi.RuntimeBackend;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Binds a {@link Koi}, and nothing else that an application could see or bind itself. Koi starts
 * when it is first injected, or with the injector in {@code Stage.PRODUCTION}; the application
 * closes it. Works with Guice 5.1, 6 and 7.
 *
 * <p>If the application binds a {@code Set<RuntimeBackend>}, as by a {@code Multibinder}, Koi uses
 * these backends, too.
 *
 * <p>Every binding is made by a provider of this module. So Guice calls no constructor by
 * reflection and generates no code.
 */
public final class KoiModule extends PrivateModule {

  private static final Key<Set<RuntimeBackend>> BACKENDS = new Key<>() {};

  private final KoiSettings settings;
  private final List<RuntimeBackend> backends;
  private final ClassLoader loader;
  private final Key<Koi> key;

  /** Makes a module with the defaults. */
  public KoiModule() {
    this(Koi.builder());
  }

  /**
   * Makes a module.
   *
   * @param builder is read at once; later changes of it have no effect
   * @throws IllegalArgumentException as {@link KoiBuilder#start}
   */
  public KoiModule(KoiBuilder builder) {
    this(builder.settings(), builder.backends(), builder.loader(), Key.get(Koi.class));
  }

  private KoiModule(
      KoiSettings settings, List<RuntimeBackend> backends, ClassLoader loader, Key<Koi> key) {
    this.settings = settings;
    this.backends = backends;
    this.loader = loader;
    this.key = key;
  }

  /**
   * Returns the same module, whose Koi is bound with an annotation: an injector may have several.
   *
   * @param annotation such as {@code Names.named("edge")}
   */
  public KoiModule annotatedWith(Annotation annotation) {
    return new KoiModule(settings, backends, loader, Key.get(Koi.class, annotation));
  }

  @Override
  protected void configure() {
    Provider<Injector> injector = getProvider(Injector.class);
    bind(InstanceTable.class)
        .toProvider((Provider<InstanceTable>) InstanceTable::new)
        .in(Scopes.SINGLETON);
    bind(BackendCatalog.class)
        .toProvider(
            (Provider<BackendCatalog>) () -> BackendCatalog.discover(given(injector.get()), loader))
        .in(Scopes.SINGLETON);
    Provider<InstanceTable> table = getProvider(InstanceTable.class);
    Provider<BackendCatalog> catalog = getProvider(BackendCatalog.class);
    bind(key)
        .toProvider((Provider<Koi>) () -> Koi.start(settings, catalog.get(), table.get()))
        .in(Scopes.SINGLETON);
    expose(key);
  }

  private List<RuntimeBackend> given(Injector injector) {
    List<RuntimeBackend> given = new ArrayList<>(backends);
    Binding<Set<RuntimeBackend>> bound = injector.getExistingBinding(BACKENDS);
    if (bound != null) {
      given.addAll(bound.getProvider().get());
    }
    return given;
  }
}
