package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.Network;
import dev.koi.RuntimeEvent;
import dev.koi.core.dispatch.Grammar;
import dev.koi.docker.engine.RealEngine;
import dev.koi.testkit.engine.ContainerSpec;
import dev.koi.testkit.engine.Dialect;
import dev.koi.testkit.engine.SimulatedEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The simulated engine is held to the real ones: step by step, Koi sees the same of both. */
@Timeout(240)
class EngineLikenessIT {

  private static final String PUBLISHED = "127.0.0.1:18099:80";
  private static final String LABEL = "koi.name";

  @TempDir Path directory;

  /** What the script does, to whatever engine. */
  private interface Hands {
    void makeNetwork(String name);

    void run(String name, String image);

    void act(String command, String... words);
  }

  @Test
  void dockerIsPlayedAsItIs() {
    try (RealEngine real = RealEngine.docker()) {
      compare(real, Dialect.DOCKER_20);
    }
  }

  @Test
  void podmanIsPlayedAsItIs() {
    try (RealEngine real = RealEngine.podman()) {
      compare(real, Dialect.PODMAN_4);
    }
  }

  private void compare(RealEngine real, Dialect dialect) {
    Path socket = directory.resolve("engine.sock");
    List<String> played;
    try (SimulatedEngine simulated = SimulatedEngine.start(dialect, socket)) {
      played = perform(real, "unix://" + socket, new SimulatedHands(simulated));
    }
    assertThat(perform(real, real.host(), new RealHands(real))).isEqualTo(played);
  }

  private static List<String> perform(RealEngine real, String host, Hands hands) {
    String web = real.name("web");
    String shop = real.name("shop");
    String net = real.name("net");
    Script script = new Script(real.name(""));
    try (Koi koi = koi(real.config().name(), host)) {
      koi.subscribe(script.listener);
      hands.makeNetwork(net);
      script.step("run", 1, () -> hands.run(web, real.image()));
      script.step("kill -s HUP", 0, () -> hands.act("kill", "-s", "HUP", web));
      script.step("pause", 1, () -> hands.act("pause", web));
      script.step("unpause", 1, () -> hands.act("unpause", web));
      script.step("rename", 1, () -> hands.act("rename", web, shop));
      script.step("connect", 1, () -> hands.act("network", "connect", net, shop));
      script.step("disconnect", 1, () -> hands.act("network", "disconnect", net, shop));
      script.step("restart", 2, () -> hands.act("restart", shop));
      script.step("stop", 1, () -> hands.act("stop", shop));
      script.step("start", 1, () -> hands.act("start", shop));
      script.step("rm -f", 1, () -> hands.act("rm", "-f", shop));
    }
    script.listener.verify();
    return script.lines;
  }

  private static Koi koi(String backend, String host) {
    return Koi.builder()
        .entry(backend, Map.of("host", host, "enabled", true))
        .only(backend)
        .start();
  }

  /** What was done and what Koi said of it, without ids, times and addresses. */
  private static final class Script {
    private final String prefix;
    private final Grammar listener = new Grammar();
    private final List<String> lines = new ArrayList<>();
    private int heard;

    Script(String prefix) {
      this.prefix = prefix;
    }

    /** Does it, and waits for so many events; one too many is found in the next step. */
    void step(String what, int events, Runnable action) {
      action.run();
      await().until(() -> told().size() >= heard + events);
      List<String> told = told();
      lines.add(what + ": " + told.subList(heard, told.size()));
      heard = told.size();
    }

    private List<String> told() {
      return listener.events().stream()
          .flatMap(Script::text)
          .filter(text -> text.contains(prefix))
          .map(text -> text.replace(prefix, ""))
          .toList();
    }

    private static Stream<String> text(RuntimeEvent event) {
      if (event instanceof RuntimeEvent.Started started) {
        return Stream.of("started " + facts(started.instance()));
      } else if (event instanceof RuntimeEvent.Updated updated) {
        return Stream.of("updated " + updated.changed() + " " + facts(updated.instance()));
      } else if (event instanceof RuntimeEvent.Stopped stopped) {
        return Stream.of("stopped " + facts(stopped.instance()));
      }
      return Stream.of();
    }

    private static String facts(Instance instance) {
      return String.join(
          " ",
          instance.containerName(),
          instance.image().orElse(""),
          instance.state().wireName(),
          instance.health().wireName(),
          instance.ports().toString(),
          instance.exposedPorts().toString(),
          instance.networks().stream().map(Network::name).toList().toString(),
          String.valueOf(instance.labels().get(LABEL)),
          instance.metadata().name().orElse(""));
    }
  }

  private record RealHands(RealEngine engine) implements Hands {
    @Override
    public void makeNetwork(String name) {
      engine.network(name);
    }

    @Override
    public void run(String name, String image) {
      engine.run(name, "-p", PUBLISHED, "-l", LABEL + "=shop");
    }

    @Override
    public void act(String command, String... words) {
      engine.cli(Stream.concat(Stream.of(command), Stream.of(words)).toArray(String[]::new));
    }
  }

  private record SimulatedHands(SimulatedEngine engine) implements Hands {
    @Override
    public void makeNetwork(String name) {}

    @Override
    public void run(String name, String image) {
      engine.run(ContainerSpec.of(name).image(image).publish(PUBLISHED).label(LABEL, "shop"));
    }

    @Override
    public void act(String command, String... words) {
      String last = words[words.length - 1];
      switch (command) {
        case "kill" -> engine.kill(last, 1);
        case "pause" -> engine.pause(last);
        case "unpause" -> engine.unpause(last);
        case "rename" -> engine.rename(words[0], last);
        case "restart" -> engine.restart(last);
        case "stop" -> engine.stop(last);
        case "start" -> engine.start(last);
        case "rm" -> engine.remove(last);
        case "network" -> {
          if (words[0].equals("connect")) {
            engine.connectNetwork(last, words[1]);
          } else {
            engine.disconnectNetwork(last, words[1]);
          }
        }
        default -> throw new IllegalArgumentException(command);
      }
    }
  }
}
