package dev.koi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What engines were seen to answer in the field, and what Koi makes of it. Beside each {@code
 * NAME.json} lies {@code NAME.txt} with the instances that must be read from it, or with the
 * message of the failure.
 */
class FieldCasesTest {

  private static final Path CASES = Path.of("src/test/resources/dev/koi/field");

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.replace(".json", ""))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatIsReadIsRight(String name) throws Exception {
    assertThat(read(name)).isEqualTo(Files.readString(CASES.resolve(name + ".txt"), UTF_8));
  }

  private static String read(String name) throws Exception {
    try (FieldEngine engine = FieldEngine.of(name + ".json")) {
      RuntimeBackend backend =
          ServiceLoader.load(RuntimeBackend.class).stream()
              .map(ServiceLoader.Provider::get)
              .filter(found -> found.name().equals(engine.backend()))
              .findFirst()
              .orElseThrow();
      Map<String, Object> host = Map.of("host", engine.host());
      try (RuntimeConnection connection =
          backend.connect(BackendConfig.of(engine.backend(), host))) {
        return connection.listInstances().stream()
            .map(FieldCasesTest::text)
            .sorted()
            .collect(Collectors.joining());
      } catch (IOException e) {
        return e.getMessage().replace(engine.host(), "HOST") + "\n";
      }
    }
  }

  private static String text(Instance instance) {
    StringBuilder text = new StringBuilder(instance.containerName() + "\n");
    line(text, "name", instance.name());
    line(text, "state", instance.state().wireName());
    line(text, "health", instance.health() == Health.NONE ? "" : instance.health().wireName());
    line(text, "image", instance.image().orElse(""));
    line(text, "started", instance.startedAt().map(Object::toString).orElse(""));
    line(text, "ports", joined(instance.ports()));
    line(text, "exposed", joined(instance.exposedPorts()));
    line(text, "networks", joined(instance.networks()));
    line(text, "compose", instance.compose().map(Object::toString).orElse(""));
    line(text, "pod", instance.pod().orElse(""));
    line(text, "labels", new TreeMap<>(instance.labels()).keySet().stream().limit(12).toList());
    line(text, "metadata", instance.metadata());
    return text.toString();
  }

  private static String joined(List<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  private static void line(StringBuilder text, String name, Object value) {
    String shown = value.toString().replaceAll("\\p{C}", "?");
    if (!shown.isEmpty() && !shown.equals("[]")) {
      text.append("  ").append(name).append(": ").append(shown).append('\n');
    }
  }
}
