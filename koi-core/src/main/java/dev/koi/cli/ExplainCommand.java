package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.KoiMetadata;
import dev.koi.cli.Line.Style;
import dev.koi.cli.Table.Cell;
import dev.koi.cli.Table.Column;
import dev.koi.core.Koi;
import dev.koi.core.explain.Explanation;
import dev.koi.core.explain.Explanation.Effect;
import dev.koi.core.wire.WireFormat;
import dev.koi.text.Nearest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** {@code koi explain}: what Koi read of one instance, what it made of it, and why. */
final class ExplainCommand {

  private final Console console;
  private final Clock clock;

  ExplainCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  int run(Koi.Builder builder, Arguments arguments, String asked) throws InterruptedException {
    try (Koi koi = builder.start()) {
      Outlook outlook = Outlook.await(koi, console, arguments.backends());
      List<Instance> found = find(koi.instances(), asked);
      if (found.size() != 1) {
        if (koi.status().anyConnected()) {
          tellNotOne(asked, found, koi.instances());
        }
        outlook.tell(console); // it may be where Koi cannot look
        return koi.status().anyConnected() ? ExitCode.FAILURE : outlook.exitCode();
      }
      Instance instance = found.get(0);
      if (arguments.json()) {
        console.print(new WireFormat().explanation(Explanation.of(instance)));
      } else {
        print(Explanation.of(instance));
      }
      if (arguments.has("follow")) {
        Predicate<Instance> same =
            other ->
                other.backend().equals(instance.backend())
                    && (other.id().equals(instance.id())
                        || other.containerName().equals(instance.containerName()));
        try (Ending ending = new Ending(koi::close)) {
          new WatchCommand(console).follow(koi, same, arguments.json(), ending);
          ending.await();
        }
      }
      return ExitCode.OK;
    }
  }

  /** Returns those of that id or container's name, else of that name, else whose id begins so. */
  private static List<Instance> find(List<Instance> all, String asked) {
    List<Predicate<Instance>> ways =
        List.of(
            i -> i.id().equals(asked) || i.containerName().equals(asked),
            i -> i.name().equals(asked) || asked.equals(i.backend() + "/" + i.name()),
            i -> asked.equals(i.backend() + "/" + i.containerName()),
            i -> i.id().startsWith(asked.toLowerCase(Locale.ROOT)));
    for (Predicate<Instance> way : ways) {
      List<Instance> found = all.stream().filter(way).toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private void tellNotOne(String asked, List<Instance> found, List<Instance> all) {
    if (found.isEmpty()) {
      List<String> names = new ArrayList<>();
      for (Instance instance : all) {
        names.add(instance.name());
        names.add(instance.containerName());
      }
      console.tell(
          "koi: nothing that runs is called '"
              + asked
              + "'"
              + Nearest.to(asked, names)
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse("; 'koi list' shows what runs"));
      return;
    }
    console.tell("koi: '" + asked + "' fits " + found.size() + "; ask for one by container or id:");
    Table table =
        new Table(
            List.of(
                new Column("CONTAINER", 0, 12, false),
                new Column("ID", 1, 12, false),
                new Column("BACKEND", 2, 7, false)));
    for (Instance instance : found) {
      table.row(
          Cell.of(instance.containerName()),
          Cell.of(InstanceText.id(instance)),
          Cell.of(instance.backend()));
    }
    table.lines(0).forEach(line -> console.tell("  " + line));
  }

  private void print(Explanation explanation) {
    Instance instance = explanation.instance();
    Facts facts = new Facts(console);
    facts.title(
        new Line()
            .add(Style.BOLD, instance.backend() + "/" + instance.name())
            .add("  " + InstanceText.id(instance)));
    about(instance, facts);
    labels(explanation, facts);
    ports(explanation, facts);
    announcement(explanation, facts);
  }

  private void about(Instance instance, Facts facts) {
    facts.fact("container", instance.containerName());
    instance.compose().ifPresent(c -> facts.fact("compose", InstanceText.compose(c)));
    instance.pod().ifPresent(pod -> facts.fact("pod", pod));
    facts.fact("image", instance.image().orElse("unknown"));
    facts.fact(
        "state",
        InstanceText.style(instance),
        InstanceText.state(instance)
            + (instance.startedAt().isEmpty()
                ? ", since when is unknown"
                : " for " + InstanceText.age(instance, clock.instant())));
    List<String> networks = InstanceText.networks(instance);
    facts.fact("networks", networks.isEmpty() ? "none" : String.join(", ", networks));
    if (instance.truncated()) {
      facts.fact("", Style.YELLOW, "it has more labels, ports or networks than Koi keeps");
    }
  }

  private static void labels(Explanation explanation, Facts facts) {
    facts.title(new Line().add(Style.BOLD, "labels"));
    List<String> ignored = new ArrayList<>();
    List<String> compose = new ArrayList<>();
    for (Explanation.Label label : explanation.labels()) {
      switch (label.effect()) {
        case IGNORED -> ignored.add(label.key());
        case COMPOSE -> compose.add(label.key().substring(label.key().lastIndexOf('.')));
        case SETS, REJECTED, OVERRULED -> {
          boolean fine = label.effect() == Effect.SETS;
          facts.under(
              InstanceText.label(explanation.instance(), label.key()),
              fine ? Style.GREEN : Style.YELLOW,
              (label.effect() == Effect.REJECTED ? "rejected: " : "") + label.text());
        }
      }
    }
    if (!compose.isEmpty()) {
      facts.under(
          "com.docker.compose" + String.join(", ", compose),
          Style.GREEN,
          "compose = " + explanation.instance().compose().map(InstanceText::compose).orElse(""));
    }
    if (!ignored.isEmpty()) {
      facts.fact("ignored", InstanceText.someOf(ignored));
    }
    if (explanation.labels().isEmpty()) {
      facts.fact("none", "it has no label");
    }
  }

  private static void ports(Explanation explanation, Facts facts) {
    facts.title(new Line().add(Style.BOLD, "ports"));
    for (Explanation.Port port : explanation.ports()) {
      List<String> published = PortText.of(port.published(), List.of());
      facts.fact(
          port.port().toString(),
          port.serviceType()
              + " ("
              + port.rule()
              + "), "
              + (published.isEmpty()
                  ? "not published: reached only at its own addresses"
                  : "published as " + String.join(", ", published)));
    }
    if (explanation.ports().isEmpty()) {
      facts.fact("none", "neither published nor exposed");
    }
  }

  private static void announcement(Explanation explanation, Facts facts) {
    KoiMetadata metadata = explanation.instance().metadata();
    boolean yes = explanation.announced();
    facts.title(
        new Line()
            .add(Style.BOLD, "announced")
            .add("  ")
            .add(yes ? Style.GREEN : Style.YELLOW, yes ? "yes" : "no")
            .add(", because " + explanation.why()));
    if (yes) {
      facts.fact("as", metadata.name().orElse(explanation.instance().name()));
      metadata.dnsName().ifPresent(name -> facts.fact("dns name", name));
    }
  }
}
