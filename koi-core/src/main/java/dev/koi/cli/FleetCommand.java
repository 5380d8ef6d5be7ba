package dev.koi.cli;

import dev.koi.cli.terminal.Console;
import dev.koi.cli.terminal.Line.Style;
import dev.koi.cli.terminal.Table;
import dev.koi.cli.terminal.Table.Cell;
import dev.koi.cli.terminal.Table.Column;
import dev.koi.core.wire.WireFormat;
import dev.koi.publish.Fleet;
import dev.koi.publish.FleetHost;
import dev.koi.text.Nearest;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code koi fleet}: the hosts that publish to etcd, and forgetting one. */
final class FleetCommand {

  private static final List<String> ACTIONS = List.of("hosts", "forget");

  private final Console console;
  private final Clock clock;

  FleetCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  int run(Startup startup) throws UsageException, IOException, InterruptedException {
    Arguments arguments = startup.arguments();
    String action = arguments.operand("one of hosts, forget HOST");
    List<String> operands = arguments.words().subList(2, arguments.words().size());
    if (!ACTIONS.contains(action)) {
      throw new UsageException(
          "'fleet' needs one of hosts, forget HOST, but was given '"
              + action
              + "'"
              + Nearest.didYouMean(action, ACTIONS));
    }
    boolean forget = action.equals("forget");
    if (forget && operands.isEmpty()) {
      throw new UsageException(
          "'fleet forget' needs the name of a host, as 'koi fleet hosts' shows it");
    } else if (!forget && !operands.isEmpty()) {
      throw new UsageException(
          "'fleet hosts' takes no further words, but was given '" + operands.get(0) + "'");
    } else if (forget && arguments.has(Option.JSON)) {
      throw new UsageException("'fleet forget' does not take --json");
    }
    try (Fleet fleet = Fleet.open(startup.fleetSettings())) {
      return forget ? forget(fleet, operands.get(0)) : hosts(fleet, arguments.has(Option.JSON));
    }
  }

  private int hosts(Fleet fleet, boolean json) throws IOException, InterruptedException {
    List<FleetHost> hosts = fleet.hosts();
    if (json) {
      console.print(WireFormat.json(hosts.stream().map(FleetHost::toMap).toList()));
    } else if (hosts.isEmpty()) {
      console.message("koi: no host has published to " + fleet.place());
    } else {
      table(hosts, clock.instant()).lines(console.screen().columns()).forEach(console::print);
    }
    return ExitCode.OK;
  }

  private static Table table(List<FleetHost> hosts, Instant now) {
    Table table =
        new Table(
            List.of(
                new Column("HOST", 13, false),
                new Column("STATE", 12, false),
                new Column("INSTANCES", 9, false),
                new Column("FOR", 3, false),
                new Column("BACKENDS", 20, false)));
    for (FleetHost host : hosts) {
      table.row(
          Cell.of(host.name()),
          new Cell(style(host.state()), host.state().wireName().replace('_', ' ')),
          Cell.of(Integer.toString(host.instances())),
          Cell.of(host.since().map(since -> InstanceText.age(since, now)).orElse("")),
          Cell.of(backends(host.backends())));
    }
    return table;
  }

  private static Style style(FleetHost.State state) {
    return switch (state) {
      case PUBLISHED -> Style.GREEN;
      case ENDED -> Style.YELLOW;
      case OUT_OF_SIGHT -> Style.RED;
    };
  }

  private static String backends(Map<String, String> states) {
    return states.entrySet().stream()
        .map(backend -> backend.getKey() + " " + backend.getValue())
        .collect(Collectors.joining(", "));
  }

  private int forget(Fleet fleet, String host) throws IOException, InterruptedException {
    Optional<Integer> instances = fleet.forget(host);
    if (instances.isEmpty()) {
      console.message("koi: no host is called '" + host + "'; 'koi fleet hosts' shows all");
      return ExitCode.FAILURE;
    }
    console.print("forgot host " + host + ", which had " + instances.get() + " instance(s)");
    return ExitCode.OK;
  }
}
