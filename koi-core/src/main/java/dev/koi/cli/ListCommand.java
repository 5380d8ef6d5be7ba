package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.core.Koi;
import dev.koi.core.wire.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code koi list}: what runs now. */
final class ListCommand {

  /** Longer than the deadlines of one attempt together. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Console console;

  ListCommand(Console console) {
    this.console = console;
  }

  int run(Koi.Builder builder, Arguments arguments) throws InterruptedException {
    try (Koi koi = builder.start()) {
      koi.awaitFirstLook(PATIENCE);
      Outlook outlook = Outlook.of(koi.status(), arguments.backends());
      if (koi.status().anyConnected()) {
        if (arguments.json()) {
          console.print(new WireFormat().instances(koi.instances()));
        } else {
          table(koi.instances()).forEach(console::print);
        }
      }
      outlook.tell(console);
      return outlook.exitCode();
    }
  }

  private static List<String> table(List<Instance> instances) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "IMAGE", "STATE", "PORTS", "ADDRESSES", "BACKEND", "AGE"));
    Instant now = Instant.now();
    for (Instance instance : instances) {
      rows.add(
          List.of(
              Console.printable(instance.name()),
              Console.printable(instance.image().orElse("")),
              InstanceText.state(instance),
              InstanceText.ports(instance),
              String.join(", ", instance.ips()),
              instance.backend(),
              InstanceText.age(instance, now)));
    }
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return rows.stream().map(row -> aligned(row, widths)).toList();
  }

  private static String aligned(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = row.get(column);
      line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
