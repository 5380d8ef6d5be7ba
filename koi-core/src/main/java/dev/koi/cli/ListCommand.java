package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.cli.terminal.Console;
import dev.koi.cli.terminal.Table;
import dev.koi.cli.terminal.Table.Cell;
import dev.koi.cli.terminal.Table.Column;
import dev.koi.core.Koi;
import dev.koi.core.filter.InstanceFilter;
import dev.koi.core.wire.WireFormat;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code koi list}: the instances that run now. */
final class ListCommand {

  private final Console console;
  private final Clock clock;

  ListCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  int run(Startup startup) throws InterruptedException {
    try (Koi koi = startup.koi()) {
      BackendReport report = startup.report(koi);
      if (report.anyConnected()) {
        print(koi.instances(), startup.arguments());
      }
      report.print(console);
      return report.exitCode();
    }
  }

  private void print(List<Instance> all, Arguments arguments) {
    InstanceFilter filter = arguments.filter();
    List<Instance> wanted = all.stream().filter(filter).toList();
    if (arguments.has(Option.JSON)) {
      console.print(new WireFormat().instances(wanted));
    } else if (wanted.isEmpty()) {
      console.message(
          all.isEmpty() ? "koi: nothing runs" : "koi: none of " + all.size() + " matches");
    } else {
      table(wanted, clock.instant()).lines(console.screen().columns()).forEach(console::print);
    }
    arguments.limitation(all).ifPresent(console::message);
  }

  static Table table(List<Instance> instances, Instant now) {
    DisplayNames names = new DisplayNames();
    instances.forEach(names::add);
    List<Instance> sorted = new ArrayList<>(instances);
    sorted.sort(Comparator.comparing(Instance::backend).thenComparing(names::shortest));
    Table table =
        new Table(
            List.of(
                new Column("NAME", 13, false),
                new Column("STATE", 10, false),
                new Column("PORTS", 22, false),
                new Column("BACKEND", 7, false),
                new Column("AGE", 3, false),
                new Column("IMAGE", 14, true), // the registry matters least
                new Column("ADDRESSES", 12, false)));
    for (Instance instance : sorted) {
      table.row(
          Cell.of(names.shortest(instance)),
          new Cell(InstanceText.style(instance), InstanceText.stateWord(instance)),
          Cell.of(InstanceText.ports(instance, Integer.MAX_VALUE)),
          Cell.of(instance.backend()),
          Cell.of(InstanceText.age(instance, now)),
          Cell.of(InstanceText.image(instance)),
          Cell.of(String.join(", ", instance.ips())));
    }
    return table;
  }
}
