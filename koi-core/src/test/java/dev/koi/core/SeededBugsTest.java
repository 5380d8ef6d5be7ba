package dev.koi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.koi.LongTest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The track record: each bug of {@code seeded-bugs.txt} is made, and the test named there must
 * notice it. The same tests must pass, in the same way, on the code as it is.
 *
 * <p>{@code -Dkoi.tests=all -Dtest=SeededBugsTest} runs it; with {@code -Dkoi.bugs=words} only the
 * bugs with that in their titles.
 */
@LongTest
@Timeout(900)
class SeededBugsTest {

  /** All of them, unless the property says what their titles contain. */
  private static final String ONLY = System.getProperty("koi.bugs", "");

  /** Each is a process that mostly waits. */
  private static final ExecutorService AT_ONCE = Executors.newFixedThreadPool(4);

  /** Some bugs show only if two threads meet, which a test makes likely and not sure. */
  private static final int CHANCES = 3;

  @TempDir static Path directory;

  @AfterAll
  static void end() {
    AT_ONCE.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> isCaught() throws IOException {
    List<SeededBug> bugs = chosen();
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < bugs.size(); i++) {
      SeededBug bug = bugs.get(i);
      Path own = Files.createDirectories(directory.resolve("bug-" + (i + 1)));
      Future<Void> outcome = AT_ONCE.submit(() -> requireCaught(bug, own));
      tests.add(dynamicTest(bug.title(), outcome::get));
    }
    return tests.stream();
  }

  private static List<SeededBug> chosen() throws IOException {
    return SeededBug.all().stream().filter(bug -> bug.title().contains(ONLY)).toList();
  }

  private static Void requireCaught(SeededBug bug, Path own) throws Exception {
    bug.compileInto(own);
    Path output = own.resolve("output");
    boolean caught = false;
    for (int i = 0; i < CHANCES && !caught; i++) {
      Process process = run(own + File.pathSeparator, output, List.of(bug.test()));
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly().waitFor();
      // One that hangs would be noticed, too.
      caught = !ended || process.exitValue() == FewTests.FAILED;
    }
    assertThat(caught)
        .as("%s notices that %s: %s", bug.test(), bug.title(), Files.readString(output))
        .isTrue();
    return null;
  }

  @Test
  void theTestsPassOnTheCodeAsItIs() throws Exception {
    List<String> tests = chosen().stream().map(SeededBug::test).distinct().toList();
    Path output = directory.resolve("output");
    Process process = run("", output, tests);

    assertThat(process.waitFor()).as(Files.readString(output)).isEqualTo(FewTests.PASSED);
  }

  private static Process run(String before, Path output, List<String> tests) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.add("-D" + Patience.SECONDS + "=" + (before.isEmpty() ? 60 : 5)); // waits in vain
    command.addAll(List.of("-cp", before + System.getProperty("java.class.path")));
    command.add(FewTests.class.getName());
    command.addAll(tests);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
