package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WireLogTest {

  private static final Logger ROOT = Logger.getLogger("");
  private static final Logger WIRE = Logger.getLogger("org.apache.hc.client5.http.wire");
  private static final String ID = "a".repeat(64);

  @TempDir Path directory;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final StreamHandler handler = new StreamHandler(written, new SimpleFormatter());
  private Level before;
  private RawEngine engine;

  @BeforeEach
  void logEverything() throws IOException {
    before = ROOT.getLevel();
    ROOT.setLevel(Level.ALL);
    handler.setLevel(Level.ALL);
    ROOT.addHandler(handler);
    engine =
        RawEngine.unix(directory.resolve("s"))
            .on("/containers/json", e -> e.json("[{\"Id\":\"" + ID + "\",\"State\":\"running\"}]"))
            .on(
                "/containers/" + ID + "/json",
                e ->
                    e.json(
                        "{\"Id\":\""
                            + ID
                            + "\",\"State\":{\"Status\":\"running\"},\"Config\":{\"Env\":[\"PASSWORD=canary\"]}}"));
  }

  @AfterEach
  void restore() throws IOException {
    WIRE.setLevel(Level.OFF);
    ROOT.removeHandler(handler);
    ROOT.setLevel(before);
    engine.close();
  }

  @Test
  void noLevelOfLoggingWritesAnEnvironment() throws Exception {
    try (EngineConnection connection = engine.connect(RawEngine.patient())) {
      assertThat(connection.listInstances()).hasSize(1);
    }

    handler.flush();
    assertThat(written.toString(StandardCharsets.UTF_8))
        .contains("org.apache.hc") // it has been listened to
        .doesNotContain("canary");
  }

  @Test
  void anEngineIsNotAskedWhileItsAnswersWouldBeWritten() throws Exception {
    WIRE.setLevel(Level.FINE);

    assertThatThrownBy(() -> engine.connect(RawEngine.patient()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("org.apache.hc.client5.http.wire");
    assertThat(engine.requests()).isEmpty();
  }
}
