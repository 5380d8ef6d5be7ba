package dev.koi.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The entries that comments of the configuration files show can be used. */
class ConfigurationExamplesTest {

  private static final Pattern ENTRY =
      Pattern.compile("#\\s+(?:koi\\.backends\\.)?([a-z0-9-]+ \\{ type = .* \\})");

  static List<String> examples() throws IOException {
    StringBuilder files = new StringBuilder();
    for (String file :
        List.of(
            "koi-core/src/main/resources/reference.conf",
            "koi-core/src/main/dist/conf/koi.conf",
            "koi-docker/src/main/resources/reference.conf",
            "koi-fleet/src/main/resources/reference.conf",
            "koi-podman/src/main/resources/reference.conf")) {
      files.append(Files.readString(Path.of("..").resolve(file)));
    }
    List<String> examples =
        ENTRY.matcher(files).results().map(entry -> entry.group(1)).collect(Collectors.toList());
    assertThat(examples).hasSize(5);
    return examples;
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleIsAccepted(String example) throws InterruptedException {
    ConfigObject entries = ConfigFactory.parseString(example).root();
    String name = entries.keySet().iterator().next();
    Config entry = entries.toConfig().getConfig(name);
    try {
      backend(entry).connect(BackendConfig.of(name, entry.root().unwrapped())).close();
    } catch (IOException e) {
      // no such engine here; a mistake in the entry would be an IllegalArgumentException
    }
  }

  private static RuntimeBackend backend(Config entry) {
    return ServiceLoader.load(RuntimeBackend.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(backend -> backend.name().equals(entry.getString("type")))
        .findFirst()
        .orElseThrow();
  }
}
