package dev.koi.docker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine tells of environments, commands, mounts and probes goes nowhere. */
class EngineSecretsTest {

  private static final Logger ROOT = Logger.getLogger("");
  private static final String ID = "a".repeat(64);
  private static final String INSPECTION =
      """
      {"Id":"%s","Name":"/web","Path":"canary","Args":["--password=canary"],
       "State":{"Status":"running","StartedAt":"2026-01-01T00:00:00Z","Error":"canary",
        "Health":{"Status":"healthy","Log":[{"Output":"canary"}]}},
       "Config":{"Env":["PASSWORD=canary","KOI_MDNS_ANNOUNCE=1"],"Cmd":["canary"],"User":"canary",
        "Entrypoint":["canary"],"Healthcheck":{"Test":["CMD","canary"]},"Labels":{"a":"b"}},
       "HostConfig":{"Binds":["/canary:/x"],"LogConfig":{"Config":{"token":"canary"}}},
       "Mounts":[{"Source":"/canary","Destination":"/canary"}],
       "ExecIDs":["canary"],"LogPath":"/canary","ResolvConfPath":"/canary"}
      """
          .formatted(ID);

  @TempDir Path directory;
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final StreamHandler handler = new StreamHandler(logged, new SimpleFormatter());
  private final StringWriter seen = new StringWriter();
  private Level before;
  private RawEngine engine;

  @BeforeEach
  void logEverything() throws IOException {
    before = ROOT.getLevel();
    ROOT.setLevel(Level.ALL);
    handler.setLevel(Level.ALL);
    ROOT.addHandler(handler);
    Logger.getLogger("dev.koi.listening").finest("begun");
    engine =
        RawEngine.unix(directory.resolve("s"))
            .json(
                "/containers/json",
                "[{\"Id\":\"" + ID + "\",\"State\":\"running\",\"Command\":\"canary\"}]")
            .json("/containers/" + ID + "/json", INSPECTION);
  }

  @AfterEach
  void nothingWasTold() throws IOException {
    ROOT.removeHandler(handler);
    ROOT.setLevel(before);
    engine.close();
    handler.flush();
    assertThat(logged.toString(UTF_8)).contains("begun").doesNotContain("canary");
    assertThat(seen.toString()).isNotEmpty().doesNotContain("canary");
  }

  @Test
  void ofAGoodAnswer() throws Exception {
    engine.on(
        "/events",
        exchange ->
            exchange
                .beginStream()
                .chunk(
                    "{\"Type\":\"container\",\"Action\":\"exec_create: login canary\",\"Actor\":{\"ID\":\""
                        + ID
                        + "\",\"Attributes\":{\"execID\":\"canary\"}}}\n")
                .started(ID)
                .chunk("{\"canary")
                .cut());
    try (RuntimeConnection connection = engine.connect(RawEngine.patient());
        InstanceWatch watch = connection.watch()) {
      List<Instance> instances = connection.listInstances();
      assertThat(instances).hasSize(1);
      seen.append(instances.toString()).append(connection.findInstance(ID).toString());
      seen.append(watch.take().toString());
      watch.take();
    } catch (IOException e) {
      tell(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Id\":\"canary\"}",
        "{\"canary\":",
        "canary",
        "[\"canary\"]",
        "{\"Id\":\"canary\"} canary",
        "{\"Config\":\"canary\",\"State\":\"canary\"}"
      })
  void ofAnAnswerThatCannotBeRead(String answer) throws Exception {
    engine.json("/containers/" + ID + "/json", answer);
    try (RuntimeConnection connection = engine.connect(RawEngine.patient())) {
      try {
        seen.append(connection.findInstance(ID).toString());
      } catch (IOException e) {
        tell(e);
      }
      seen.append(connection.listInstances().toString());
    } catch (IOException e) {
      tell(e);
    }
  }

  private void tell(IOException failure) {
    failure.printStackTrace(new PrintWriter(seen));
  }
}
