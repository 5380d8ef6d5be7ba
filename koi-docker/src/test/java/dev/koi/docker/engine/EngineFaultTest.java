package dev.koi.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.docker.dialect.DockerDialect;
import dev.koi.docker.endpoint.EngineEndpoint;
import dev.koi.docker.instances.Ping;
import dev.koi.docker.transport.EngineHttp;
import dev.koi.docker.watch.EngineTimings;
import dev.koi.spi.BackendConfig;
import dev.koi.spi.BackendUnavailableException;
import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.spi.RuntimeConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine that breaks, hangs or lies may do to a connection. */
@Timeout(60)
class EngineFaultTest {

  private static final String WEB = "a".repeat(64);
  private static final String DB = "b".repeat(64);
  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir Path directory;
  private RawEngine engine;
  private RuntimeConnection connection;

  @BeforeEach
  void start() throws IOException {
    engine = RawEngine.unix(directory.resolve("s"));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    engine.close(connection);
  }

  @Test
  void inspectionsThatHangCostOneWaitAndOneWarning() throws Exception {
    List<String> ids = IntStream.range(0, 40).mapToObj("%064x"::formatted).toList();
    Set<String> hung = Set.copyOf(ids.subList(0, 24));
    AtomicInteger lists = new AtomicInteger();
    for (String id : ids) {
      engine.on(
          "/containers/" + id + "/json",
          hung.contains(id) ? RawEngine.Exchange::hang : exchange -> exchange.json(inspection(id)));
    }
    engine.on(
        "/containers/json",
        exchange -> {
          lists.incrementAndGet();
          exchange.json(
              ids.stream().map(EngineFaultTest::row).collect(Collectors.joining(",", "[", "]")));
        });
    Duration longer = Duration.ofSeconds(20);
    connect(new EngineTimings(Duration.ofSeconds(6), longer, longer, NEVER, NEVER));

    try (Warnings warnings = new Warnings("dev.koi.docker.instances.Containers")) {
      List<Instance> first = connection.listInstances();
      assertThat(first).extracting(Instance::id).containsExactlyElementsOf(ids);
      assertThat(lists).hasValue(2); // the second gives the rows of all that hang
      assertThat(warnings.texts)
          .singleElement()
          .asString()
          .containsPattern(
              " and \\d\\d more cannot be inspected, so "); // 21, or more if it is busy

      // Those that hung come last, so they do not delay the others.
      List<Instance> second = connection.listInstances();
      assertThat(second).extracting(Instance::id).containsExactlyElementsOf(ids);
      assertThat(second)
          .filteredOn(instance -> !hung.contains(instance.id()))
          .extracting(Instance::containerName)
          .contains("inspected"); // all 16, or fewer if it is busy
      assertThat(warnings.texts).hasSize(1);
    }
  }

  @Test
  void rowsWhoseIdsAreNamesAreLeftOutWithOneWarning() throws Exception {
    engine
        .json("/containers/json", "[" + row("web") + "," + row(WEB) + "," + row("db") + "]")
        .json("/containers/" + WEB + "/json", inspection(WEB));
    connect(RawEngine.patient());

    try (Warnings warnings = new Warnings("dev.koi.docker.instances.Containers")) {
      connection.listInstances();
      assertThat(connection.listInstances()).extracting(Instance::id).containsExactly(WEB);
      assertThat(warnings.texts).singleElement().asString().startsWith("2 containers at unix://");
    }
  }

  @Test
  void theNewestEngineIsAskedAsWeKnowHow() throws Exception {
    engine
        .json(
            "/version", "{\"ApiVersion\":\"1.56\",\"MinAPIVersion\":\"1.44\",\"Version\":\"29.7\"}")
        .json("/containers/json", "[" + row(WEB) + "]")
        .json("/containers/" + WEB + "/json", inspection(WEB))
        .on("/events", exchange -> exchange.beginStream().started(WEB).hang()); // no legacy fields
    connect(RawEngine.patient());

    assertThat(connection.runtime().apiVersion()).isEqualTo("1.51");
    assertThat(connection.watch().take()).isEqualTo(ChangeHint.instance(WEB));
    assertThat(connection.listInstances()).extracting(Instance::id).containsExactly(WEB);
    assertThat(engine.requests()).filteredOn(path -> path.startsWith("/v")).isNotEmpty();
    assertThat(engine.requests().subList(3, engine.requests().size()))
        .allMatch(path -> path.startsWith("/v1.51/") || path.equals("/_ping"));
  }

  @Test
  void aFaultOfTheMomentIsNotShown() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    engine
        .json("/containers/json", "[" + row(WEB) + "]")
        .on(
            "/containers/" + WEB + "/json",
            exchange -> {
              if (asked.getAndIncrement() == 0) {
                exchange.send(500, "", "container state improper");
              } else {
                exchange.json(inspection(WEB));
              }
            });
    connect(RawEngine.patient());

    assertThat(connection.listInstances())
        .extracting(Instance::containerName)
        .containsExactly("inspected");
  }

  @Test
  void aContainerThatHasGoneMeanwhileIsLeftOut() throws Exception {
    engine
        .json("/containers/json", "[" + row(WEB) + "," + row(DB) + "]")
        .json("/containers/" + WEB + "/json", inspection(WEB));
    connect(RawEngine.patient());

    assertThat(connection.listInstances()).extracting(Instance::id).containsExactly(WEB);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "",
        "[",
        "[{\"Id\":",
        "[{\"Id\":\"x\"},",
        "<html>not an engine</html>",
        "[{}]{}"
      })
  void aListThatIsNoneOrEndsEarlyIsAFailure(String body) throws Exception {
    engine.json("/containers/json", body);
    connect(RawEngine.patient());

    assertThatThrownBy(connection::listInstances).isInstanceOf(IOException.class);
  }

  @Test
  void aListCutInTheMiddleIsAFailure() throws Exception {
    engine.on(
        "/containers/json",
        exchange -> exchange.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]").cut());
    connect(RawEngine.patient());

    assertThatThrownBy(connection::listInstances).isInstanceOf(IOException.class);
  }

  @Test
  void anEndlessErrorIsCutShortAndShownInOneLine() throws Exception {
    engine.status("/containers/json", 500, "no\u001b[31m\nroom " + "x".repeat(20_000_000));
    connect(RawEngine.patient());

    assertThatThrownBy(connection::listInstances)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 500")
        .hasMessageContaining("no [31m room xxx")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
  }

  @Test
  void aProxyThatForbidsIsToldWhatToAllow() throws Exception {
    engine.status("/events", 403, "Forbidden");
    connect(RawEngine.patient());

    assertThatThrownBy(connection::watch)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("must allow EVENTS");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|has ended its stream of events",
        "1|closed before the answer's end",
        "2|no valid JSON",
        "3|no valid JSON",
        "4|closed before the answer's end"
      })
  void aStreamThatEndsOrBreaksEndsTheWatch(int how, String reason) throws Exception {
    engine.on(
        "/events",
        exchange -> {
          exchange.beginStream();
          switch (how) {
            case 0 -> exchange.raw("0\r\n\r\n");
            case 1 -> exchange.cut();
            case 2 -> exchange.chunk("oops\n").hang();
            case 3 -> exchange.chunk("{\"Type\":\"cont").raw("0\r\n\r\n");
            default -> exchange.raw("40\r\n{\"Type\":").cut();
          }
        });
    connect(RawEngine.patient());

    assertThatThrownBy(
            () -> {
              InstanceWatch watch = connection.watch();
              while (true) {
                watch.take();
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void anEndedWatchGoesOnThrowingAndTheConnectionGoesOn() throws Exception {
    engine.on("/events", exchange -> exchange.beginStream().raw("0\r\n\r\n"));
    connect(RawEngine.patient());
    InstanceWatch watch = connection.watch();

    assertThatThrownBy(watch::take).isInstanceOf(IOException.class);
    assertThatThrownBy(watch::take).isInstanceOf(IOException.class);
    assertThat(connection.listInstances()).isEmpty();
  }

  @Test
  void oddEventsAreNotTheEnd() throws Exception {
    engine.on(
        "/events",
        exchange ->
            exchange
                .beginStream()
                .chunk("\n\n{}{\"Type\":\"moon\"}null 7 [1,{}]")
                .chunk("{\"Type\":\"container\",\"Action\":\"dance\",\"Actor\":null}")
                .started(WEB)
                .hang());
    connect(RawEngine.patient());

    assertThat(connection.watch().take()).isEqualTo(ChangeHint.instance(WEB));
  }

  @Test
  void headersThatAreHeldBackDoNotHoldUpTheWatch() throws Exception {
    CountDownLatch event = new CountDownLatch(1);
    engine.on(
        "/events",
        exchange -> {
          event.await();
          exchange.beginStream().started(WEB).hang();
        });
    Duration longer = Duration.ofSeconds(20);
    connect(new EngineTimings(longer, SOON, longer, NEVER, NEVER));

    InstanceWatch watch = connection.watch();
    event.countDown();

    assertThat(watch.take()).isEqualTo(ChangeHint.instance(WEB));
  }

  @Test
  void withoutAClockEverythingMayHaveChanged() throws Exception {
    engine.on("/_ping", exchange -> exchange.send(200, "Date: today\r\n", "OK"));
    connect(RawEngine.timings(Duration.ofSeconds(20), SOON, NEVER));

    assertThat(connection.watch().take()).isEqualTo(ChangeHint.everything());
    assertThat(engine.requests()).noneMatch(request -> request.contains("since="));
  }

  @Test
  void anOldStreamIsReadUntilTheNewOneHasBegun() throws Exception {
    AtomicInteger streams = new AtomicInteger();
    CountDownLatch second = new CountDownLatch(1);
    engine.on(
        "/events",
        exchange -> {
          if (streams.getAndIncrement() == 0) {
            exchange.beginStream();
            second.await();
            exchange.started(WEB).hang();
          } else {
            exchange.beginStream().started(DB);
            second.countDown();
            exchange.hang();
          }
        });
    connect(RawEngine.timings(Duration.ofSeconds(20), Duration.ofMillis(500), SOON));
    InstanceWatch watch = connection.watch();

    assertThat(List.of(watch.take(), watch.take()))
        .containsExactlyInAnyOrder(ChangeHint.instance(WEB), ChangeHint.instance(DB));
    await().atMost(Duration.ofMinutes(1)).until(() -> streams.get() > 3);
    assertThat(engine.requests())
        .filteredOn(request -> request.contains("/events"))
        .first()
        .asString()
        .matches(".*&since=\\d+"); // the others overlap
  }

  @Test
  void aNewStreamThatDoesNotBeginMakesEverythingDoubtful() throws Exception {
    AtomicInteger streams = new AtomicInteger();
    engine.on(
        "/events",
        exchange -> {
          if (streams.getAndIncrement() == 0) {
            exchange.beginStream();
          }
          exchange.hang();
        });
    Duration longer = Duration.ofSeconds(20);
    connect(new EngineTimings(longer, SOON, longer, SOON, SOON));

    assertThat(connection.watch().take()).isEqualTo(ChangeHint.everything());
  }

  @Test
  void aHungCallSaysWhatWasAskedOfWhomForHowLong() throws Exception {
    engine.on("/_ping", RawEngine.Exchange::hang);

    try (EngineHttp http = new EngineHttp(engine.endpoint(), "raw")) {
      assertThatThrownBy(() -> Ping.of(http, SOON))
          .isInstanceOf(IOException.class)
          .hasMessage("no answer to GET /_ping within 100 ms at unix://" + directory.resolve("s"));
    }
  }

  @Test
  void anIdThatIsNoneIsNotAskedFor() throws Exception {
    connect(RawEngine.patient());

    assertThat(connection.findInstance("../version")).isEmpty();
    assertThat(connection.findInstance("web")).isEmpty();
    assertThat(engine.requests()).allMatch(request -> request.matches("/_ping|/version"));
  }

  @Test
  void aContainerFoundByTheBeginningOfItsIdIsAnother() throws Exception {
    engine.json("/containers/" + WEB.substring(0, 12) + "/json", inspection(WEB));
    connect(RawEngine.patient());

    assertThat(connection.findInstance(WEB.substring(0, 12))).isEmpty();
  }

  @Test
  void networksSharedInACircleAreFollowedOnce() throws Exception {
    engine
        .json("/containers/" + WEB + "/json", guest(WEB, DB))
        .json("/containers/" + DB + "/json", guest(DB, WEB));
    connect(RawEngine.patient());

    assertThat(connection.findInstance(WEB).orElseThrow().networks()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/version|200|<html></html>|is it a container engine",
        "/version|200|{}|tells no ApiVersion",
        "/version|404|not found|is it a container engine",
        "/_ping|404|not found|is it a container engine",
        "/_ping|403|no|must allow PING",
        "/version|403|no|must allow VERSION",
        "/version|200|{\"ApiVersion\":\"1.22\",\"Version\":\"1.10\"}|speaks API 1.22; Koi needs 1.24"
      })
  void whatIsNoEngineOrTooOldIsToldApartFromNothing(
      String path, int status, String body, String reason) {
    engine.status(path, status, body);

    assertThatThrownBy(this::search)
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aCrashedEnginesSocketIsNothing() throws IOException {
    engine.close();

    assertThatThrownBy(this::search)
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("nothing listens at unix://" + directory.resolve("s"));
  }

  @Test
  void whatIsBrokenOrGoneDoesNotHideALiveEngineAtALaterPlace() throws Exception {
    RawEngine.unix(directory.resolve("stale")).close();
    Files.createDirectory(directory.resolve("mount"));
    List<EngineEndpoint> places =
        Stream.of("none", "stale", "mount", "s")
            .map(name -> EngineEndpoint.usual(directory.resolve(name)))
            .toList();

    try (var found = EngineSearch.connect(config(), new DockerDialect(), places, "help")) {
      assertThat(found.runtime().endpoint()).isEqualTo("unix://" + directory.resolve("s"));
    }
  }

  @Test
  void aDirectoryOrAFileInTheSocketsPlaceIsNamed() throws IOException {
    Files.createDirectory(directory.resolve("d"));
    Files.createFile(directory.resolve("f"));

    assertThatThrownBy(() -> search("d"))
        .isNotInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("is a directory, not a socket");
    assertThatThrownBy(() -> search("f"))
        .isNotInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("is a file, not a socket");
    assertThatThrownBy(() -> search("n"))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage("no socket at unix://" + directory.resolve("n") + "; help");
  }

  @Test
  void anEngineThatHangsIsNotConnectedTo() throws Exception {
    engine.on("/_ping", RawEngine.Exchange::hang);
    BackendConfig config = BackendConfig.of("raw", Map.of("connect-timeout", "200ms"));

    assertThatThrownBy(
            () -> EngineSearch.connect(config, new DockerDialect(), configured("s"), "help"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("no answer to GET /_ping within 200 ms");
  }

  private void connect(EngineTimings timings) throws IOException, InterruptedException {
    connection = engine.connect(timings);
  }

  private void search() throws IOException, InterruptedException {
    search("s");
  }

  private void search(String name) throws IOException, InterruptedException {
    EngineSearch.connect(config(), new DockerDialect(), configured(name), "help").close();
  }

  private static BackendConfig config() {
    return BackendConfig.of("raw", Map.of());
  }

  private List<EngineEndpoint> configured(String name) {
    return List.of(
        new EngineEndpoint(
            EngineEndpoint.usual(directory.resolve(name)).uri(),
            EngineEndpoint.Origin.CONFIGURED,
            "",
            Optional.empty(),
            false));
  }

  private static String row(String id) {
    return "{\"Id\":\"" + id + "\",\"Names\":[\"/row\"],\"State\":\"running\"}";
  }

  private static String inspection(String id) {
    return "{\"Id\":\"" + id + "\",\"Name\":\"/inspected\",\"State\":{\"Status\":\"running\"}}";
  }

  private static String guest(String id, String host) {
    return "{\"Id\":\""
        + id
        + "\",\"Name\":\"/guest\",\"State\":{\"Status\":\"running\"},\"HostConfig\":{\"NetworkMode\":"
        + "\"container:"
        + host
        + "\"}}";
  }
}
