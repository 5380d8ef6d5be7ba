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
      console.print(WireFormat.json(wanted));
    } else if (wanted.isEmpty()) {
      console.message(
          all.isEmpty() ? "koi: nothing runs" : "koi: none of " + all.size() + " matches");
    } else {
      table(wanted, clock.instant()).lines(console.screen().columns()).forEach(console::print);
    }
    arguments.limitation(all).ifPresent(console::message);
  }

  /** A column, and what it shows of an instance. */
  private record Shown(Column column, Function<Instance, Cell> cell) {
    Shown(String header, int least, Function<Instance, Cell> cell) {
      this(new Column(header, least, false), cell);
    }
  }

  static Table table(List<Instance> instances, Instant now) {
    DisplayNames names = new DisplayNames();
    instances.forEach(names::add);
    List<Instance> sorted = new ArrayList<>(instances);
    sorted.sort(Comparator.comparing(Instance::backend).thenComparing(names::shortest));
    boolean groups = sorted.stream().anyMatch(instance -> instance.group().isPresent());
    boolean hosts = sorted.stream().anyMatch(instance -> instance.host().isPresent());
    List<Shown> shown = new ArrayList<>();
    shown.add(new Shown("NAME", 13, it -> Cell.of(names.shortest(it))));
    shown.add(
        new Shown("STATE", 10, it -> new Cell(InstanceText.style(it), InstanceText.stateWord(it))));
    shown.add(new Shown("PORTS", 22, it -> Cell.of(InstanceText.ports(it, Integer.MAX_VALUE))));
    shown.add(new Shown("BACKEND", 7, it -> Cell.of(it.backend())));
    if (groups) {
      shown.add(new Shown("GROUP", 7, it -> Cell.of(it.group().orElse(""))));
    }
    if (hosts) {
      shown.add(new Shown("HOST", 7, it -> Cell.of(it.host().orElse(""))));
    }
    shown.add(new Shown("AGE", 3, it -> Cell.of(InstanceText.age(it, now))));
    shown.add( // of an image, the registry matters least
        new Shown(new Column("IMAGE", 14, true), it -> Cell.of(InstanceText.image(it))));
    shown.add(new Shown("ADDRESSES", 12, it -> Cell.of(String.join(", ", it.ips()))));
    Table table = new Table(shown.stream().map(Shown::column).toList());
    for (Instance instance : sorted) {
      table.row(shown.stream().map(it -> it.cell().apply(instance)).toArray(Cell[]::new));
    }
    return table;
  }
}
