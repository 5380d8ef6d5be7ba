package dev.koi.cli;

import dev.koi.Instance;
import dev.koi.RuntimeEvent;
import dev.koi.RuntimeEvent.BackendDisconnected;
import dev.koi.RuntimeEvent.Started;
import dev.koi.RuntimeEvent.Stopped;
import dev.koi.RuntimeEvent.Updated;
import dev.koi.cli.terminal.Line;
import dev.koi.cli.terminal.Line.Style;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Formats one listener's events as a line each: time, sign, name and the changes. Not safe for use
 * by several threads.
 */
final class EventText {

  /** An instance that started longer before its event is shown with its age. */
  private static final Duration NEWS = Duration.ofSeconds(10);

  private final DateTimeFormatter time;
  private final DisplayNames names = new DisplayNames();

  EventText(ZoneId zone) {
    time = DateTimeFormatter.ofPattern("HH:mm:ss").withZone(zone);
  }

  Line line(RuntimeEvent event) {
    Line line = new Line().add(Style.FAINT, time.format(event.time())).add(" ");
    if (event instanceof Started started) {
      names.add(started.instance());
      return started(line, started.instance(), started.time());
    } else if (event instanceof Updated updated) {
      Instance instance = updated.instance();
      names.remove(updated.previous());
      names.add(instance);
      named(line, Style.YELLOW, "~", instance);
      return line.add("  " + InstanceText.changes(updated));
    } else if (event instanceof Stopped stopped) {
      named(line, Style.RED, "-", stopped.instance());
      names.remove(stopped.instance());
      return line.add(
          stopped.instance().startedAt().isEmpty()
              ? ""
              : "  after " + InstanceText.age(stopped.instance(), stopped.time()));
    } else if (event instanceof BackendDisconnected lost) {
      return line.add(Style.RED, "! " + lost.backend())
          .add("  lost: " + lost.reason() + "; its instances may change unseen");
    }
    return line.add(Style.GREEN, "! " + event.backend()).add("  is back");
  }

  private Line started(Line line, Instance instance, Instant now) {
    named(line, Style.GREEN, "+", instance);
    line.add("  ").add(InstanceText.style(instance), InstanceText.state(instance));
    for (String fact :
        List.of(
            InstanceText.image(instance), InstanceText.ports(instance, InstanceText.MAX_CHANGES))) {
      line.add(fact.isEmpty() ? "" : "  " + fact);
    }
    boolean old = instance.startedAt().map(start -> start.plus(NEWS).isBefore(now)).orElse(false);
    return line.add(old ? "  up " + InstanceText.age(instance, now) : "");
  }

  private void named(Line line, Style style, String sign, Instance instance) {
    line.add(style, sign + " " + instance.backend() + "/" + names.of(instance));
    instance.host().ifPresent(host -> line.add(" on " + host));
  }
}
