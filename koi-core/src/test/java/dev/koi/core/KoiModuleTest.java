package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.name.Names;
import dev.koi.core.dispatch.InstanceTable;
import dev.koi.core.settings.KoiSettings;
import dev.koi.core.status.BackendStatus;
import dev.koi.spi.RuntimeBackend;
import dev.koi.testkit.memory.InMemoryBackend;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class KoiModuleTest {

  private final KoiSettings settings =
      new KoiSettings(TestKoi.QUICK, List.of(TestKoi.entry("world", "tampered")), Set.of("world"));
  private final KoiModule module =
      new KoiModule(Koi.builder().settings(settings).backend(new Tampered()));

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

  @Test
  void oneInjectorMayHaveSeveralKois() {
    KoiBuilder none = Koi.builder().entry("docker", Map.of("enabled", false)).only("docker");
    Injector injector =
        Guice.createInjector(
            module,
            new KoiModule(none).annotatedWith(Names.named("a")),
            new KoiModule(none).annotatedWith(Names.named("b")));

    try (Koi plain = injector.getInstance(Koi.class);
        Koi a = injector.getInstance(Key.get(Koi.class, Names.named("a")));
        Koi b = injector.getInstance(Key.get(Koi.class, Names.named("b")))) {
      assertThat(Set.of(plain, a, b)).hasSize(3);
      assertThat(a.status().backends()).extracting(BackendStatus::name).containsExactly("docker");
    }
  }

  @Test
  void backendsMayComeFromAMultibinder() {
    Injector injector =
        Guice.createInjector(
            new KoiModule(Koi.builder().entry("w", Map.of("type", "in-memory")).only("w")),
            new AbstractModule() {
              @Override
              protected void configure() {
                Multibinder.newSetBinder(binder(), RuntimeBackend.class)
                    .addBinding()
                    .to(Counted.class);
              }
            });

    try (Koi koi = injector.getInstance(Koi.class)) {
      assertThat(koi.status().found())
          .filteredOn(found -> found.name().equals("counted"))
          .hasSize(1);
    }
  }

  /** A backend that only the application knows. */
  static final class Counted extends Tampered {
    @Override
    public String name() {
      return "counted";
    }
  }

  @Test
  void settingsThatCannotBeUsedAreRefusedWhenTheModuleIsMade() {
    KoiBuilder wrong = Koi.builder().backend(new InMemoryBackend()).set("koi.timing.find", 0);

    assertThatThrownBy(() -> new KoiModule(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("koi.timing.find must be longer than nothing");
  }

  private static final class Explicit extends AbstractModule {
    @Override
    protected void configure() {
      binder().requireExplicitBindings();
    }
  }
}
