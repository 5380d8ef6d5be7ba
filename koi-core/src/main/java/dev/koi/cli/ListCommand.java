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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

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
      List<Instance> all = koi.instances();
      if (report.anyConnected()) {
        print(all, startup.arguments());
      }
      report.print(console);
      report.printUnseenHosts(console, all);
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
    boolean groups = sorted.stream().anyMatch(instance -> instance.group().isPresent());
    boolean hosts = sorted.stream().anyMatch(instance -> instance.host().isPresent());
    Map<Column, Function<Instance, Cell>> columns = new LinkedHashMap<>();
    columns.put(new Column("NAME", 13, false), it -> Cell.of(names.shortest(it)));
    columns.put(
        new Column("STATE", 10, false),
        it -> new Cell(InstanceText.style(it), InstanceText.stateWord(it)));
    columns.put(
        new Column("PORTS", 22, false), it -> Cell.of(InstanceText.ports(it, Integer.MAX_VALUE)));
    columns.put(new Column("BACKEND", 7, false), it -> Cell.of(it.backend()));
    if (groups) {
      columns.put(new Column("GROUP", 7, false), it -> Cell.of(it.group().orElse("")));
    }
    if (hosts) {
      columns.put(new Column("HOST", 7, false), it -> Cell.of(it.host().orElse("")));
    }
    columns.put(new Column("AGE", 3, false), it -> Cell.of(InstanceText.age(it, now)));
    columns.put( // of an image, the registry matters least
        new Column("IMAGE", 14, true), it -> Cell.of(InstanceText.image(it)));
    columns.put(new Column("ADDRESSES", 12, false), it -> Cell.of(String.join(", ", it.ips())));
    Table table = new Table(List.copyOf(columns.keySet()));
    for (Instance instance : sorted) {
      table.row(columns.values().stream().map(cell -> cell.apply(instance)).toArray(Cell[]::new));
    }
    return table;
  }
}
