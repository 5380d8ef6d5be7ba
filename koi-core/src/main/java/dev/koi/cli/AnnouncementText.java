package dev.koi.cli;

import dev.koi.cli.terminal.Details;
import dev.koi.cli.terminal.Line;
import dev.koi.cli.terminal.Line.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Prints a name on the network, from the fields that {@code koi serve} answers with. */
final class AnnouncementText {

  private AnnouncementText() {}

  static void print(Map<?, ?> fields, Details details) {
    String state = text(fields, "state");
    boolean announced = state.equals("announced");
    Line title =
        new Line()
            .add(Style.BOLD, "announced")
            .add("  ")
            .add(announced ? Style.GREEN : Style.YELLOW, announced ? "yes" : "no, " + state);
    if (announced) {
      title.add(", as " + text(fields, "host_name") + " since " + text(fields, "since"));
    } else if (!text(fields, "text").isEmpty()) {
      title.add(", because " + text(fields, "text"));
    }
    details.title(title);
    if (announced) {
      detail(fields, "text", "note", details);
    }
    detail(fields, "instance_name", "as", details);
    detail(fields, "domain_name", "dns name", details);
    if (fields.get("services") instanceof List<?> services) {
      List<String> all = new ArrayList<>();
      for (Object each : services) {
        if (each instanceof Map<?, ?> service) {
          all.add(service.get("type") + " on port " + service.get("port"));
        }
      }
      details.detail("services", String.join(", ", all));
    }
    detail(fields, "health", "check", details);
    if (fields.get("remarks") instanceof List<?> remarks) {
      remarks.forEach(remark -> details.detail("", String.valueOf(remark)));
    }
  }

  private static void detail(Map<?, ?> fields, String field, String label, Details details) {
    if (!text(fields, field).isEmpty()) {
      details.detail(label, text(fields, field));
    }
  }

  private static String text(Map<?, ?> fields, String field) {
    Object value = fields.get(field);
    return value == null ? "" : value.toString();
  }
}
