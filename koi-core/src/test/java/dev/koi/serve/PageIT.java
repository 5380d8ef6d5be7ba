package dev.koi.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.koi.Health;
import dev.koi.Instance;
import dev.koi.LongTest;
import dev.koi.PortMapping;
import dev.koi.PortProtocol;
import dev.koi.announce.AnnounceStatus;
import dev.koi.announce.AnnouncedName;
import dev.koi.announce.Announcement;
import dev.koi.announce.MdnsStatus;
import dev.koi.core.Koi;
import dev.koi.core.settings.ServeSettings;
import dev.koi.testkit.memory.InMemoryBackend;
import dev.koi.testkit.memory.InMemoryWorld;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The live page in a browser. Its pictures are in target/page afterwards. */
@LongTest
@Timeout(240)
class PageIT {

  private static final String NAMES = "#rows th button";
  private static final String CONNECTION = "#connection span";
  private static final String EVIL = "<img src=x onerror=alert(1)>";

  @TempDir static Path profile;
  private static Browser browser;

  @TempDir Path directory;
  private final InMemoryWorld docker = InMemoryWorld.open("docker");
  private final InMemoryWorld podman = InMemoryWorld.open("podman");
  private Koi koi;
  private KoiServer server;
  private volatile Optional<AnnounceStatus> announced = Optional.empty();
  private int port;
  private String api;

  @BeforeAll
  static void startBrowser() throws Exception {
    Optional<Browser> started = Browser.start(profile);
    if (started.isEmpty()) {
      String message = "no chromium or no chromedriver: install both to run this test";
      if ("required".equals(System.getenv("KOI_TEST_ENGINES"))) {
        fail(message);
      }
      abort(message);
    }
    browser = started.get();
  }

  @AfterAll
  static void endBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    browser.computer();
    startKoi();
    serve("");
  }

  private void startKoi() {
    koi =
        Koi.builder()
            .backend(new InMemoryBackend())
            .entry("docker", Map.of("type", "in-memory", "world", "docker"))
            .entry("podman", Map.of("type", "in-memory", "world", "podman"))
            .only("docker", "podman")
            .set("koi.timing.disconnect-grace", "100ms")
            .set("koi.timing.backoff-max", "300ms")
            .start();
  }

  private static AnnounceStatus announcedAs(String id, String hostName) {
    return new AnnounceStatus(
        new MdnsStatus("avahi", true, "", "server", 1, 0, 0),
        List.of(),
        "",
        0,
        "",
        List.of(
            new AnnouncedName(
                new Announcement.Key("docker", id, false),
                "announced",
                hostName,
                "Api",
                List.of(
                    new Announcement.Service("_http._tcp", 8080),
                    new Announcement.Service("_ssh._tcp", 2222)),
                Optional.of(Instant.parse("2026-01-01T12:00:00Z")),
                "",
                "",
                "",
                List.of("port 9/sctp is not announced"))));
  }

  private void serve(String tokenFile) throws Exception {
    server =
        KoiServer.start(
            koi,
            new ServeSettings(
                "127.0.0.1",
                port,
                Optional.empty(),
                "",
                "660",
                tokenFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(tokenFile)),
                false,
                List.of(),
                "localhost",
                "/",
                64,
                16,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30)),
            () -> announced,
            Optional::empty);
    port = Integer.parseInt(server.address().replaceAll(".*:(\\d+)/", "$1"));
  }

  @AfterEach
  void end() {
    server.close();
    koi.close();
    docker.close();
    podman.close();
  }

  /** Starts a small shop, and opens the page. */
  private void shop() throws Exception {
    api =
        docker.start(
            "shop-api-1",
            facts ->
                inProject("shop", "api", facts, "koi.enable", "true")
                    .image("ghcr.io/example/shop-api:2.14.3")
                    .health(Health.HEALTHY)
                    .ports(List.of(port("0.0.0.0", 8081, 80), port("::", 8081, 80))));
    docker.start("job-10");
    docker.start("job-2");
    podman.start(
        "dns",
        facts -> facts.ports(List.of(new PortMapping(5353, 53, PortProtocol.UDP, "0.0.0.0"))));
    assertThat(koi.await(k -> k.instances().size() == 4, Duration.ofMinutes(1))).isTrue();
    open();
  }

  private void open() {
    browser.open(server.address());
    browser.awaitText(CONNECTION, "Live");
  }

  private static PortMapping port(String host, int hostPort, int containerPort) {
    return new PortMapping(hostPort, containerPort, PortProtocol.TCP, host);
  }

  private static Instance.Builder inProject(
      String project, String service, Instance.Builder facts, String key, String value) {
    return facts.labels(
        Map.of(
            "com.docker.compose.config-hash",
            "5f2c",
            "com.docker.compose.project",
            project,
            "com.docker.compose.service",
            service,
            "com.docker.compose.container-number",
            "1",
            key,
            value));
  }

  @Test
  void whatRunsIsShownAndFollowed() throws Exception {
    shop();
    browser.awaitTexts(NAMES, "api", "dns", "job-2", "job-10");
    assertThat(browser.texts("#rows tr:first-child > *").subList(0, 5))
        .containsExactly(
            "api shop", "healthy", ":8081", "ghcr.io/example/ shop-api:2.14.3", "docker");
    assertThat(browser.value("document.querySelector('#rows a').href"))
        .isEqualTo("http://127.0.0.1:8081/");
    assertThat(browser.value("document.querySelectorAll('#rows a').length")).isEqualTo(1L);
    assertThat(browser.texts("#engines b, #engines .number"))
        .containsExactly("docker", "3", "podman", "1");
    assertThat(browser.text("#total")).isEqualTo("4 instances");
    assertThat(browser.title()).isEqualTo("Koi");
    assertThat(browser.axe()).isEmpty();
    browser.picture("light");

    docker.update(api, PageIT::unhealthy);
    browser.awaitText("#rows tr:first-child .state", "unhealthy");
    assertThat(browser.title()).isEqualTo("(1) Koi");
    browser.awaitText("[data-view=attention] span", "1");
    String cache = docker.start("cache");
    browser.awaitTexts(NAMES, "api", "cache", "dns", "job-2", "job-10");
    browser.value(
        "(() => {window.ended = [];"
            + "new MutationObserver(() => ended.push(document.querySelector('tr.ended')?.innerText))"
            + ".observe(document.querySelector('#rows'), {subtree: true, attributes: true})})()");
    docker.stop(cache);
    browser.awaitTrue("ended.some(row => /^cache\\s+stopped/.test(row))");
    browser.picture("changes");
    browser.awaitTexts(NAMES, "api", "dns", "job-2", "job-10");
    browser.awaitTrue("document.querySelector('#spoken').textContent === 'api is now unhealthy'");
    assertThat(browser.console()).isEmpty();
  }

  private static Instance.Builder unhealthy(Instance.Builder facts) {
    return inProject("shop", "api", facts, "koi.enable", "true").health(Health.UNHEALTHY);
  }

  @Test
  void hostileTextIsShownAsText() throws Exception {
    String id =
        docker.start(
            "evil",
            facts ->
                inProject("<b>lab</b>", EVIL, facts, "koi.<svg onload=alert(2)>", "<i>x</i>")
                    .image("evil.example/\"><script>alert(3)</script>:1"));
    assertThat(koi.await(k -> !k.find(id).isEmpty(), Duration.ofMinutes(1))).isTrue();
    open();
    browser.awaitText(NAMES, EVIL);
    browser.click(NAMES);
    browser.awaitTrue("document.querySelector('#drawer').innerText.includes('svg onload')");
    docker.update(id, facts -> facts.image("<u>other</u>"));
    browser.awaitTrue("document.querySelector('#drawer').innerText.includes('<u>other</u>')");

    assertThat(
            browser.value(
                "document.querySelectorAll('img, b b, i:not(.dot), u, script:not([src])').length"))
        .isEqualTo(0L);
    browser.picture("hostile");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void theNameOfAnInstanceOnTheNetworkIsALink() throws Exception {
    shop();
    announced = Optional.of(announcedAs(api, "api.local"));
    browser.awaitTexts(NAMES, "api", "dns", "job-2", "job-10");
    browser.click(NAMES);
    browser.awaitTrue("document.querySelector('#drawer').innerText.includes('api.local, since ')");
    assertThat(
            browser.value(
                "[...document.querySelectorAll('#drawer a')].map(a => a.href)"
                    + ".filter(href => href.includes('.local')).join()"))
        .isEqualTo("http://api.local:8080/");
    assertThat(browser.text("#drawer")).contains("api.local:2222", "Port 9/sctp is not announced.");
    announced = Optional.of(announcedAs(api, "api-2.local"));
    browser.awaitTrue(
        "document.querySelector('#drawer').innerText.includes('api-2.local, since ')");
    assertThat(browser.axe()).isEmpty();
    browser.picture("names");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void theKeyboardIsEnough() throws Exception {
    shop();
    browser.type("/");
    browser.type("JOB");
    browser.awaitTexts(NAMES, "job-2", "job-10");
    assertThat(browser.text("#total")).isEqualTo("2 of 4 instances");
    browser.press(Keys.ESCAPE);
    browser.awaitTexts(NAMES, "api", "dns", "job-2", "job-10");
    browser.press(Keys.ARROW_DOWN);
    browser.press(Keys.END);
    browser.press(Keys.ARROW_UP);
    assertThat(browser.value("document.activeElement.textContent")).isEqualTo("job-2");
    browser.press(Keys.HOME);
    browser.picture("keyboard");
    browser.press(Keys.ENTER);
    browser.awaitText("#drawer-name", "api");
    browser.awaitTrue(
        "document.querySelector('#drawer').innerText"
            + ".includes('koi.enable=true asks for it, but this server runs without --announce')");
    assertThat(browser.text("#drawer dl")).contains("ghcr.io/example/shop-api:2.14.3");
    assertThat(browser.axe()).isEmpty();
    browser.picture("drawer");

    docker.update(api, PageIT::unhealthy);
    browser.awaitTrue(
        "document.querySelector('#drawer ol')?.innerText.includes('health healthy → unhealthy')");
    browser.press(Keys.ESCAPE);
    browser.awaitTrue("!document.querySelector('#drawer').open");
    assertThat(browser.value("document.activeElement.textContent")).isEqualTo("api");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void enginesAndViewsNarrowTheTable() throws Exception {
    shop();
    browser.click("[data-name=docker]");
    browser.awaitTexts(NAMES, "api", "job-2", "job-10");
    assertThat(browser.value("document.querySelector('[data-name=docker]').ariaPressed"))
        .isEqualTo("true");
    browser.click("[data-view=published]");
    browser.awaitTexts(NAMES, "api");
    browser.click("[data-view=attention]");
    browser.awaitText("#empty h2", "Nothing matches");
    assertThat(browser.axe()).isEmpty();
    browser.click("#show-all");
    browser.awaitTexts(NAMES, "api", "dns", "job-2", "job-10");
  }

  @Test
  void whatALostEngineHadIsShownAsOld() throws Exception {
    shop();
    podman.lose();
    browser.awaitTexts("tr.stale th button", "dns");
    browser.awaitTrue(
        "document.querySelector('[data-name=podman]').innerText.endsWith('what was last seen')");
    assertThat(browser.axe()).isEmpty();
    browser.picture("lost");
    podman.restore();
    browser.awaitTrue("!document.querySelector('tr.stale')");
    browser.awaitTrue("document.querySelector('[data-name=podman] .dot').dataset.kind === 'good'");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void thePageFitsAPhoneAndTheNight() throws Exception {
    shop();
    browser.phone();
    assertThat(browser.value("document.documentElement.scrollWidth")).isEqualTo(390L);
    assertThat(browser.axe()).isEmpty();
    browser.picture("phone");
    browser.click("#rows td");
    browser.awaitText("#drawer-name", "api");
    browser.awaitTrue("document.querySelector('#drawer').getBoundingClientRect().width === 390");
    browser.picture("phone-drawer");
    browser.click("#close");
    browser.awaitTrue("!document.querySelector('#drawer').open");
    assertThat(browser.value("document.activeElement.textContent")).isEqualTo("api");

    browser.computer();
    String light = (String) browser.value("getComputedStyle(document.body).backgroundColor");
    browser.colours("dark");
    assertThat(browser.value("getComputedStyle(document.body).backgroundColor"))
        .isNotEqualTo(light);
    assertThat(browser.axe()).isEmpty();
    browser.picture("dark");
  }

  @Test
  void thePageComesBackThroughAProxy() throws Exception {
    shop();
    try (Proxy proxy = new Proxy(port)) {
      browser.open(proxy.address());
      browser.awaitTexts(NAMES, "api", "dns", "job-2", "job-10");
      assertThat(browser.console()).isEmpty();

      server.close();
      koi.close();
      browser.awaitTrue(
          "/^Connection lost at .*; showing what was last seen$/.test("
              + "document.querySelector('#connection').innerText.trim())");
      await().until(() -> browser.console().stream().anyMatch(message -> message.contains("502")));
      assertThat(browser.texts(NAMES)).containsExactly("api", "dns", "job-2", "job-10");
      assertThat(browser.title()).isEqualTo("Koi (no connection)");
      assertThat(browser.axe()).isEmpty();
      browser.picture("gone");

      docker.stop(api);
      docker.start("cache");
      startKoi();
      serve("");
      browser.awaitText(CONNECTION, "Live");
      browser.awaitTexts(NAMES, "cache", "dns", "job-2", "job-10");
      assertThat(browser.title()).isEqualTo("Koi");
    }
  }

  @Test
  void anEngineThatIsDownAtARestartKeepsItsInstances() throws Exception {
    shop();
    String dns = koi.find("dns").get(0).id();
    server.close();
    koi.close();
    docker.stop(api);
    podman.stop(dns);
    podman.refuse();
    startKoi();
    assertThat(koi.awaitFirstPicture(Duration.ofMinutes(1))).isTrue(); // podman has failed before
    serve("");

    browser.awaitTexts(NAMES, "dns", "job-2", "job-10");
    browser.awaitText(CONNECTION, "Live");
    browser.awaitTexts("tr.stale th button", "dns");
    assertThat(browser.axe()).isEmpty();
    podman.start("mail");
    podman.restore();
    browser.awaitTexts(NAMES, "job-2", "job-10", "mail");
  }

  @Test
  void silenceEndsAConnection() throws Exception {
    shop();
    browser.value(
        "(() => {const now = Date.now; Date.now = () => now() + 60_000; window.words = [];"
            + "new MutationObserver(() => words.push(document.querySelector('#connection').innerText))"
            + ".observe(document.querySelector('#connection'), {subtree: true, childList: true});"
            + "document.dispatchEvent(new Event('visibilitychange'))})()");
    browser.awaitTrue("words.some(word => word.includes('Reconnecting'))");
    browser.awaitText(CONNECTION, "Live");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void aTokenIsAskedForAndStaysOutOfTheAddress() throws Exception {
    String token = "a+secret/of=16-or-more";
    server.close();
    serve(Files.writeString(directory.resolve("token"), token + "\n").toString());
    docker.start("web");
    browser.open(server.address());
    browser.awaitText("#empty h2", "A token is needed");
    assertThat(browser.axe()).isEmpty();
    browser.picture("token");
    browser.type("wrong", Keys.ENTER);
    browser.awaitTrue("document.querySelector('#empty').innerText.includes('not accept')");
    browser.type(token, Keys.ENTER);
    browser.awaitText(NAMES, "web");

    browser.value("sessionStorage.clear()");
    browser.open(server.address() + "#token=" + token);
    browser.awaitText(NAMES, "web");
    assertThat(browser.address()).isEqualTo(server.address());
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void aThousandInstancesAreShownAndSearched() {
    for (int i = 0; i < 1000; i++) {
      docker.start("web-" + i, facts -> facts.image("nginx:1.27").health(Health.HEALTHY));
    }
    open();
    browser.awaitTrue("document.querySelectorAll('#rows tr').length === 1000");
    assertThat(browser.texts(NAMES)).hasSize(1000).startsWith("web-0", "web-1", "web-2");
    browser.picture("1000");
    browser.type("/");
    browser.type("web-77");
    browser.awaitText("#total", "11 of 1,000 instances");

    browser.press(Keys.ESCAPE);
    browser.awaitText("#total", "1,000 instances");
    browser.phone(); // rows that are out of sight remember how wide they were
    assertThat(browser.value("document.documentElement.scrollWidth")).isEqualTo(390L);
    browser.picture("1000-phone");
  }
}
