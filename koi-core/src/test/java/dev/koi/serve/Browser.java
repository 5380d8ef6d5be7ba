package dev.koi.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a window, and what a test wants of its page. */
final class Browser implements AutoCloseable {

  private static final Path PICTURES = Path.of("target/page"); // for people

  private final ChromeDriver driver;
  private final String axe;

  private Browser(File program, File driverProgram, Path profile) throws IOException {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program);
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // root needs it
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--user-data-dir=" + profile);
    LoggingPreferences console = new LoggingPreferences();
    console.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", console);
    // Without a given driver, selenium would download one.
    System.setProperty("webdriver.chrome.driver", driverProgram.toString());
    this.driver = new ChromeDriver(options);
    try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
      this.axe = new String(Objects.requireNonNull(script).readAllBytes(), UTF_8);
    }
    Files.createDirectories(PICTURES);
  }

  /** Starts the machine's Chromium; returns nothing if there is none, or no driver of it. */
  static Optional<Browser> start(Path profile) throws IOException {
    Optional<File> program = command("chromium");
    Optional<File> driverProgram = command("chromedriver");
    return program.isEmpty() || driverProgram.isEmpty()
        ? Optional.empty()
        : Optional.of(new Browser(program.get(), driverProgram.get(), profile));
  }

  private static Optional<File> command(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(directory -> new File(directory, name))
        .filter(File::canExecute)
        .findFirst();
  }

  /** Makes the window as large as that of a computer, in light colours. */
  void computer() {
    window(1280, 800, 1, false);
    colours("light");
  }

  /** Makes the window as large as that of a phone. */
  void phone() {
    window(390, 844, 2, true);
  }

  private void window(int width, int height, int scale, boolean mobile) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", scale, "mobile", mobile));
    driver.executeCdpCommand("Emulation.setTouchEmulationEnabled", Map.of("enabled", mobile));
  }

  /** Prefers light or dark colours. */
  void colours(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Opens an address in a new page, even if it only has another fragment. */
  void open(String address) {
    driver.get("about:blank");
    console(); // what belongs to another page
    driver.get(address);
  }

  String address() {
    return driver.getCurrentUrl();
  }

  String title() {
    return driver.getTitle();
  }

  /** Returns the value of an expression. */
  Object value(String expression, Object... arguments) {
    return driver.executeScript("return " + expression, arguments);
  }

  /** Returns the text of each visible element. */
  List<String> texts(String selector) {
    List<?> texts =
        (List<?>)
            value(
                "[...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility())"
                    + ".map(e => e.innerText.replaceAll(/\\s+/g, ' ').trim())",
                selector);
    return texts.stream().map(String.class::cast).toList();
  }

  /** Returns the text of the one visible element. */
  String text(String selector) {
    return String.join("|", texts(selector));
  }

  void awaitText(String selector, String text) {
    await().untilAsserted(() -> assertThat(text(selector)).isEqualTo(text));
  }

  void awaitTexts(String selector, String... texts) {
    await().untilAsserted(() -> assertThat(texts(selector)).containsExactly(texts));
  }

  void awaitTrue(String expression, Object... arguments) {
    await()
        .untilAsserted(
            () -> assertThat(value(expression, arguments)).as(expression).isEqualTo(true));
  }

  void click(String selector) {
    driver.executeScript("document.querySelector(arguments[0]).click()", selector);
  }

  /** Types where the focus is. */
  void type(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  void press(Keys key) {
    type(key);
  }

  /** Writes a picture of the page for people, when its animations have ended. */
  void picture(String name) {
    driver.executeScript(
        "document.getAnimations().filter(a => a.effect.getTiming().iterations === 1)"
            + ".forEach(a => a.finish())");
    try {
      Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what makes the page hard to use for some people. */
  List<?> axe() {
    driver.executeScript(axe);
    return (List<?>)
        driver.executeAsyncScript(
            "const done = arguments[0];"
                + "axe.run(document, {resultTypes: ['violations']}).then("
                + "r => done(r.violations.flatMap(v => v.nodes.map("
                + "n => v.id + ' ' + n.target + ': ' + n.failureSummary))), e => done([String(e)]))");
  }

  /** Returns the messages of the console since this was last asked for. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::toString)
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
