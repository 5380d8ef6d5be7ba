package dev.koi.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A flood of changes into a Koi of this checkout, with eight listeners and little memory. */
final class Flooding implements Section {
  private static final int LISTENERS = 8;

  @Override
  public void run(Plan plan, Report report) throws Exception {
    int seconds = plan.quick() ? 3 : 20;
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.koi.core.Flood",
            Integer.toString(seconds),
            Integer.toString(LISTENERS));
    try (Child child = Child.start(command, Map.of())) {
      String last = child.await().stream().reduce("", (before, line) -> line);
      if (!last.matches("\\d+ instances, \\d+ changes in .*")) {
        throw new IllegalStateException("the flood printed: " + last);
      }
      String[] words = last.split(" ", -1);
      report.begin(
          "flood, " + words[0] + " instances, 8 listeners, 64 MB of heap, " + seconds + " s");
      double rate = Math.rint(Double.parseDouble(words[2]) / seconds);
      report.value("changes a second", rate, -1);
      report.value("violations", 0, 0); // one ends the flood with a failure
    }
  }
}
