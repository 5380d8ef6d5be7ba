package dev.koi.core.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackendCatalogTest {

  @TempDir Path directory;

  /** Fits every test: a backend with the name it is given. */
  static class Named implements RuntimeBackend {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public RuntimeConnection connect(BackendConfig config) throws IOException {
      throw new BackendUnavailableException("nothing is there");
    }
  }

  /** Registered by a test. */
  public static final class Good extends Named {
    public Good() {
      super("good");
    }
  }

  /** Registered by a test. */
  public static final class FailsToBeMade extends Named {
    public FailsToBeMade() {
      super("bad");
      throw new NoClassDefFoundError("missing.Library");
    }
  }

  /** Registered by a test. */
  public static final class HidesItsName extends Named {
    public HidesItsName() {
      super("bad");
    }

    @Override
    public String name() {
      throw new IllegalStateException("not today");
    }
  }

  @Test
  void aBrokenRegistrationCostsNothingElse() throws IOException {
    BackendCatalog catalog =
        discover("no.such.Class", FailsToBeMade.class.getName(), Good.class.getName());

    assertThat(catalog.find("good")).isPresent();
    assertThat(catalog.problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .isEqualTo(
                        "no.such.Class in "
                            + directory
                            + " does not exist, but META-INF/services/dev.koi.spi.RuntimeBackend"
                            + " names it; correct that"))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("FailsToBeMade in ", "cannot be made", "missing.Library"));
  }

  @Test
  void aClassThatIsNoBackendIsNamed() throws IOException {
    BackendCatalog catalog = discover(BackendCatalogTest.class.getName(), Good.class.getName());

    assertThat(catalog.find("good")).isPresent();
    assertThat(catalog.problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("BackendCatalogTest in " + directory, "is no RuntimeBackend"));
  }

  @Test
  void aLineThatIsNoClassNameIsNamedWithItsFile() throws IOException {
    BackendCatalog catalog = discover("not a class name");

    assertThat(catalog.problems())
        .anySatisfy(problem -> assertThat(problem).contains("not a class name in " + directory));
  }

  /** Registered by a test. */
  public static final class NeedsParameters extends Named {
    public NeedsParameters(String name) {
      super(name);
    }
  }

  /** Registered by a test. */
  public static final class HangsWhenMade extends Named {
    public HangsWhenMade() throws InterruptedException {
      super("bad");
      new CountDownLatch(1).await();
    }
  }

  /** Registered by a test. */
  public static final class KeepsItsName extends Named {
    public KeepsItsName() {
      super("bad");
    }

    @Override
    public String name() {
      while (true) {
        LockSupport.park(); // not even an interrupt ends it
      }
    }
  }

  /** Registered by a test. */
  public static final class ThrowsTheUnspeakable extends Named {
    public ThrowsTheUnspeakable() {
      super("bad");
    }

    @Override
    public String name() {
      throw new IllegalStateException() {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
          throw new IllegalStateException("not even that");
        }
      };
    }
  }

  @Test
  void aBackendWithoutTheConstructorIsNamedWithItsFile() throws IOException {
    BackendCatalog catalog = discover(NeedsParameters.class.getName(), Good.class.getName());

    assertThat(catalog.find("good")).isPresent();
    assertThat(catalog.problems())
        .singleElement()
        .asString()
        .contains("NeedsParameters in " + directory, "no public constructor without parameters");
  }

  @Test
  void aBackendThatHangsOrThrowsCostsNothingElse() throws IOException {
    BackendCatalog catalog =
        discover(
            Duration.ofMillis(300),
            HangsWhenMade.class.getName(),
            KeepsItsName.class.getName(),
            ThrowsTheUnspeakable.class.getName());

    assertThat(catalog.problems())
        .satisfiesExactly(
            one -> assertThat(one).contains("HangsWhenMade", "cannot be made: it has not returned"),
            two -> assertThat(two).contains("KeepsItsName", "tell its name: it has not returned"),
            three -> assertThat(three).contains("tell its name: ", "ThrowsTheUnspeakable$1"));
  }

  @Test
  void aBackendThatDoesNotTellItsNameIsAProblem() throws IOException {
    BackendCatalog catalog = discover(HidesItsName.class.getName());

    assertThat(catalog.problems())
        .anySatisfy(problem -> assertThat(problem).contains("HidesItsName", "not today"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Docker", "1st", "with space", "auto", "all", "x\u001b[31m"})
  void aMalformedNameIsRefused(String name) {
    BackendCatalog catalog =
        BackendCatalog.discover(List.of(new Named(name)), ClassLoader.getPlatformClassLoader());

    assertThat(catalog.backends()).isEmpty();
    assertThat(catalog.problems()).hasSize(1);
    assertThat(catalog.problems().get(0)).contains("Named", "'" + name + "'");
  }

  @Test
  void ofTwoWithOneNameTheFirstIsUsed() {
    RuntimeBackend first = new Named("same");

    BackendCatalog catalog =
        BackendCatalog.discover(
            List.of(first, new Named("same")), ClassLoader.getPlatformClassLoader());

    assertThat(catalog.find("same").orElseThrow()).isSameAs(first);
    assertThat(catalog.problems()).hasSize(1);
    assertThat(catalog.problems().get(0)).contains("is not used", "'same'");
  }

  @Test
  void aBackendThatIsGivenAndRegisteredIsNoProblem() throws IOException {
    Good given = new Good();

    BackendCatalog catalog = discover(List.of(given), Duration.ofMinutes(1), Good.class.getName());

    assertThat(catalog.find("good").orElseThrow()).isSameAs(given);
    assertThat(catalog.problems()).isEmpty();
  }

  @Test
  void whoLooksAtTheBackendsCannotTakeOneOut() {
    BackendCatalog catalog =
        BackendCatalog.discover(List.of(new Named("a")), ClassLoader.getPlatformClassLoader());

    assertThatThrownBy(() -> catalog.backends().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private BackendCatalog discover(String... registrations) throws IOException {
    return discover(Duration.ofMinutes(1), registrations);
  }

  private BackendCatalog discover(Duration patience, String... registrations) throws IOException {
    return discover(List.of(), patience, registrations);
  }

  private BackendCatalog discover(
      List<RuntimeBackend> given, Duration patience, String... registrations) throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(RuntimeBackend.class.getName()), String.join("\n", registrations));
    URL[] path = {directory.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, getClass().getClassLoader())) {
      return BackendCatalog.discover(given, loader, patience);
    }
  }
}
