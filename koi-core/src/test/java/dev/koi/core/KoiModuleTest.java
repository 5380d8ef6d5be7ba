package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.settings.KoiSettings;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class KoiModuleTest {

  private final KoiSettings settings =
      new KoiSettings(TestKoi.QUICK, List.of(TestKoi.entry("world", "tampered")), Set.of("world"));
  private final KoiModule module =
      new KoiModule(settings, List.of(new Tampered()), getClass().getClassLoader());

  @Test
  void anApplicationMayBindEverythingElseItself() {
    Injector injector =
        Guice.createInjector(
            module,
            new AbstractModule() {
              @Override
              protected void configure() {
                bind(RandomGenerator.class).toInstance(new Random(1));
                bind(KoiSettings.class).toInstance(settings);
              }
            });

    try (Koi koi = injector.getInstance(Koi.class)) {
      assertThat(injector.getInstance(Koi.class)).isSameAs(koi);
      assertThat(koi.status().backends()).hasSize(1);
    }
  }

  @Test
  void anApplicationSeesNoneOfItsParts() {
    Injector injector = Guice.createInjector(module, new Explicit());

    assertThatThrownBy(() -> injector.getInstance(InstanceTable.class))
        .isInstanceOf(ConfigurationException.class);
  }

  private static final class Explicit extends AbstractModule {
    @Override
    protected void configure() {
      binder().requireExplicitBindings();
    }
  }
}
