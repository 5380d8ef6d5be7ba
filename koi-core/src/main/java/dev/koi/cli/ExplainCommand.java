package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.KoiMetadata;
import dev.koi.cli.terminal.Console;
import dev.koi.cli.terminal.Details;
import dev.koi.cli.terminal.Line;
import dev.koi.cli.terminal.Line.Style;
import dev.koi.core.Koi;
import dev.koi.core.explain.Explanation;
import dev.koi.core.explain.Explanation.Effect;
import dev.koi.core.status.BackendStatus;
import dev.koi.core.wire.WireFormat;
import dev.koi.text.Nearest;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** {@code koi explain}: what Koi read of one instance, what follows from it, and why. */
final class ExplainCommand {

  private static final int MAX_PORTS = 50; // of one service type; consecutive ones count as one

  private final Console console;
  private final ProcessEnd end;
  private final Clock clock;

  ExplainCommand(Console console, ProcessEnd end, Clock clock) {
    this.console = console;
    this.end = end;
    this.clock = clock;
  }

  int run(Startup startup, String asked) throws InterruptedException {
    boolean json = startup.arguments().has(Option.JSON);
    try (Koi koi = startup.koi()) {
      BackendReport report = startup.report(koi);
      List<Instance> found = find(koi, asked);
      if (found.size() != 1) {
        if (report.anyConnected()) {
          printNotOne(asked, found, koi.instances());
        }
        report.print(console); // the instance may be where Koi cannot look
        return report.anyConnected() ? ExitCode.FAILURE : report.exitCode();
      }
      Instance instance = found.get(0);
      String limitation = // what the backend cannot see may be what is asked about
          report.status().backend(instance.backend()).map(BackendStatus::reason).orElse("");
      Explanation explanation = Explanation.of(instance);
      List<Map<?, ?>> names = new ArrayList<>();
      String unknown = explanation.announced() ? ask(startup, instance, names) : "";
      if (json) {
        console.print(WireFormat.explanation(explanation, limitation, names));
      } else {
        print(explanation, limitation, names, unknown);
      }
      if (startup.arguments().has(Option.FOLLOW)) {
        Predicate<Instance> same =
            other ->
                other.backend().equals(instance.backend())
                    && (other.id().equals(instance.id())
                        || other.containerName().equals(instance.containerName()));
        CountDownLatch unread = new WatchCommand(console, end).follow(koi, same, json);
        end.awaitOrSignal(unread, List.of(koi));
      }
      return ExitCode.OK;
    }
  }

  /** Adds the names that a running server announces; returns why there are none. */
  private static String ask(Startup startup, Instance instance, List<Map<?, ?>> names)
      throws InterruptedException {
    RunningServer server = new RunningServer(startup.serveSettings());
    try {
      names.addAll(server.announcements(instance));
      return names.isEmpty() ? "not announced; the running 'koi serve' lacks --announce" : "";
    } catch (IOException e) {
      return "'koi serve --announce' would do so; asked at " + server + ": " + e.getMessage();
    }
  }

  /** Finds by id or name, else by backend and name, else by the first digits of the id. */
  private static List<Instance> find(Koi koi, String asked) {
    List<Predicate<Instance>> ways =
        List.of(
            i -> asked.equals(i.backend() + "/" + i.name()),
            i -> asked.equals(i.backend() + "/" + i.containerName()),
            i -> i.id().startsWith(asked.toLowerCase(Locale.ROOT)));
    List<Instance> found = koi.find(asked);
    for (Predicate<Instance> way : ways) {
      if (found.isEmpty()) {
        found = koi.instances().stream().filter(way).toList();
      }
    }
    return found;
  }

  private void printNotOne(String asked, List<Instance> found, List<Instance> all) {
    if (found.isEmpty()) {
      List<String> names =
          all.stream().flatMap(i -> Stream.of(i.name(), i.containerName())).toList();
      String hint = Nearest.didYouMean(asked, names);
      console.message(
          "koi: no running instance is called '"
              + asked
              + "'"
              + (hint.isEmpty() ? "; 'koi list' shows what runs" : hint));
      return;
    }
    console.message("koi: '" + asked + "' matches " + found.size() + " instances; choose one of:");
    for (Instance each : found) {
      String id = InstanceText.id(each);
      console.message("  " + each.backend() + "/" + each.containerName() + "  " + id);
    }
  }

  private void print(
      Explanation explanation, String limitation, List<Map<?, ?>> names, String unknown) {
    Instance instance = explanation.instance();
    Details details = new Details(console);
    details.title(
        new Line()
            .add(Style.BOLD, instance.backend() + "/" + instance.name())
            .add("  " + InstanceText.id(instance)));
    about(instance, details);
    labels(explanation, details);
    ports(explanation, details);
    announcement(explanation, names, unknown, details);
    if (!limitation.isEmpty()) {
      details.title(new Line().add(Style.YELLOW, instance.backend() + " is limited"));
      details.detail("", limitation);
    }
  }

  private void about(Instance instance, Details details) {
    details.detail("container", instance.containerName());
    instance.compose().ifPresent(c -> details.detail("compose", InstanceText.compose(c)));
    instance.pod().ifPresent(pod -> details.detail("pod", pod));
    instance.group().ifPresent(group -> details.detail("group", group));
    instance.host().ifPresent(host -> details.detail("host", host));
    details.detail("image", instance.image().orElse("unknown"));
    details.detail(
        "state",
        InstanceText.style(instance),
        InstanceText.state(instance)
            + (instance.startedAt().isEmpty()
                ? ", since when is unknown"
                : " for " + InstanceText.age(instance, clock.instant())));
    List<String> networks = InstanceText.networks(instance);
    details.detail("networks", networks.isEmpty() ? "none" : String.join(", ", networks));
    if (instance.truncated()) {
      details.detail(
          "",
          Style.YELLOW,
          "Koi has dropped some of its labels, ports or networks, because there are too many");
    }
  }

  private static void labels(Explanation explanation, Details details) {
    details.title(new Line().add(Style.BOLD, "labels"));
    List<String> ignored = new ArrayList<>();
    List<String> compose = new ArrayList<>();
    for (Explanation.Label label : explanation.labels()) {
      switch (label.effect()) {
        case IGNORED -> ignored.add(label.key());
        case COMPOSE -> compose.add(label.key().substring(label.key().lastIndexOf('.')));
        case SETS, REJECTED, OVERRULED -> {
          boolean fine = label.effect() == Effect.SETS;
          details.below(
              InstanceText.label(explanation.instance(), label.key()),
              fine ? Style.GREEN : Style.YELLOW,
              (label.effect() == Effect.REJECTED ? "rejected: " : "") + label.text());
        }
      }
    }
    if (!compose.isEmpty()) {
      details.below(
          "com.docker.compose" + String.join(", ", compose),
          Style.GREEN,
          "compose = " + explanation.instance().compose().map(InstanceText::compose).orElse(""));
    }
    if (!ignored.isEmpty()) {
      details.detail("ignored", InstanceText.someOf(ignored, InstanceText.MAX_CHANGES));
    }
    if (explanation.labels().isEmpty()) {
      details.detail("none", "the instance has no labels");
    }
  }

  private static void ports(Explanation explanation, Details details) {
    details.title(new Line().add(Style.BOLD, "ports"));
    Map<String, List<Explanation.Port>> byType = new LinkedHashMap<>();
    for (Explanation.Port port : explanation.ports()) {
      byType
          .computeIfAbsent(port.serviceType() + " (" + port.rule() + ")", t -> new ArrayList<>())
          .add(port);
    }
    byType.forEach(
        (type, ports) ->
            details.below(
                type,
                Style.PLAIN,
                InstanceText.someOf(
                    PortText.of(
                        ports.stream().flatMap(port -> port.published().stream()).toList(),
                        ports.stream().map(Explanation.Port::port).toList()),
                    MAX_PORTS)));
    if (explanation.ports().isEmpty()) {
      details.detail("none", "neither published nor exposed");
    }
  }

  private static void announcement(
      Explanation explanation, List<Map<?, ?>> names, String unknown, Details details) {
    if (!names.isEmpty()) {
      names.forEach(name -> AnnouncementText.print(name, details));
      return;
    }
    KoiMetadata metadata = explanation.instance().metadata();
    boolean yes = explanation.announced();
    details.title(
        new Line()
            .add(Style.BOLD, "announced")
            .add("  ")
            .add(Style.YELLOW, yes ? "wanted" : "no")
            .add(", because " + explanation.why()));
    if (yes) {
      details.detail("as", metadata.name().orElse(explanation.instance().name()));
      metadata.dnsName().ifPresent(name -> details.detail("dns name", name));
      details.detail("now", unknown);
    }
  }
}
