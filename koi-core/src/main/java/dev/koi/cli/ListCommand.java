package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.cli.Table.Cell;
import dev.koi.cli.Table.Column;
import dev.koi.core.Koi;
import dev.koi.core.wire.WireFormat;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code koi list}: what runs now. */
final class ListCommand {

  private final Console console;
  private final Clock clock;

  ListCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  int run(Koi.Builder builder, Arguments arguments) throws InterruptedException {
    try (Koi koi = builder.start()) {
      Outlook outlook = Outlook.await(koi, console, arguments.backends());
      if (koi.status().anyConnected()) {
        print(koi.instances(), arguments);
      }
      outlook.tell(console);
      return outlook.exitCode();
    }
  }

  private void print(List<Instance> all, Arguments arguments) {
    List<Instance> wanted = new ArrayList<>(all);
    wanted.removeIf(arguments.filter().negate());
    if (arguments.json()) {
      console.print(new WireFormat().instances(wanted));
    } else if (wanted.isEmpty()) {
      console.tell(all.isEmpty() ? "koi: nothing runs" : "koi: none of " + all.size() + " matches");
    } else {
      table(wanted, clock.instant()).lines(console.columns()).forEach(console::print);
    }
  }

  static Table table(List<Instance> instances, Instant now) {
    Names names = new Names();
    instances.forEach(names::add);
    List<Instance> sorted = new ArrayList<>(instances);
    sorted.sort(Comparator.comparing(Instance::backend).thenComparing(names::shortest));
    boolean several = instances.stream().map(Instance::backend).distinct().count() > 1;
    Table table =
        new Table(
            List.of(
                new Column("NAME", 0, 13, false),
                new Column("IMAGE", several ? 4 : 3, 14, true), // the registry matters least
                new Column("STATE", 1, 10, false),
                new Column("PORTS", 2, 22, false),
                new Column("ADDRESSES", 6, 12, false),
                new Column("BACKEND", several ? 3 : 5, 7, false),
                new Column("AGE", several ? 5 : 4, 3, false)));
    for (Instance instance : sorted) {
      table.row(
          Cell.of(names.shortest(instance)),
          Cell.of(InstanceText.image(instance)),
          new Cell(InstanceText.style(instance), InstanceText.stateWord(instance)),
          Cell.of(InstanceText.ports(instance)),
          Cell.of(String.join(", ", instance.ips())),
          Cell.of(instance.backend()),
          Cell.of(InstanceText.age(instance, now)));
    }
    return table;
  }
}
