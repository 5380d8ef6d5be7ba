package dev.koi.announce.avahi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.announce.avahi.Bus.Call;
import dev.koi.announce.avahi.Bus.Signal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A D-Bus with an Avahi in memory. Its answers are those that Avahi 0.8 was seen to give. */
final class FakeAvahi implements Bus.Connector {

  private static final Map<String, String> SIGNATURES =
      Map.of(
          "AddAddress", "iiuss",
          "AddService", "iiussssqaay",
          "UpdateServiceTxt", "iiusssaay",
          "Commit", "",
          "Free", "",
          "GetState", "",
          "GetHostName", "",
          "EntryGroupNew", "",
          "NameHasOwner", "s");

  /** A group, with its records as text. */
  static final class Group {
    final Set<String> names = new HashSet<>();
    final List<String> records = new ArrayList<>();
    int state;
  }

  /** The names of other hosts: such as {@code grafana.local}, or {@code Grafana._http._tcp}. */
  final Set<String> taken = new HashSet<>();

  final List<String> log = new ArrayList<>();
  boolean busIsThere = true;
  int callsUntilFailure = Integer.MAX_VALUE;
  String refusal = ""; // the name of the error of the next call that adds something

  private final String hostName;
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private Consumer<Signal> signals; // null while nothing is connected
  private Consumer<Signal> first;
  private boolean owned = true;
  private int state = 2;
  private int lastGroup;

  FakeAvahi(String hostName) {
    this.hostName = hostName;
  }

  @Override
  public Bus connect(Consumer<Signal> consumer) throws IOException {
    if (!busIsThere) {
      throw new IOException("no D-Bus at unix:path=/nowhere");
    }
    assertThat(signals).as("the former connection is closed").isNull();
    signals = consumer;
    first = first == null ? consumer : first;
    return new Bus() {
      @Override
      public List<Object> call(Call call) throws IOException, RefusedException {
        return answer(call);
      }

      @Override
      public void close() {
        signals = null;
        groups.clear();
      }
    };
  }

  private List<Object> answer(Call call) throws IOException, RefusedException {
    assertThat(call.signature()).as(call.method()).isEqualTo(SIGNATURES.get(call.method()));
    if (callsUntilFailure-- <= 0) {
      callsUntilFailure = Integer.MAX_VALUE;
      throw new IOException(call.method() + " of Avahi has had no answer for 5 s");
    }
    if (call.method().equals("NameHasOwner")) {
      return List.of(owned);
    }
    if (!owned) {
      throw new IOException(call.method() + " of Avahi: The name is not activatable");
    }
    return switch (call.method()) {
      case "GetState" -> List.of(state);
      case "GetHostName" -> List.of(hostName);
      case "EntryGroupNew" -> {
        String path = "/Client0/EntryGroup" + ++lastGroup;
        groups.put(path, new Group());
        yield List.of(path);
      }
      default -> inGroup(call);
    };
  }

  private List<Object> inGroup(Call call) throws IOException, RefusedException {
    Group group = groups.get(call.path());
    if (group == null) {
      throw new IOException(call.method() + " of Avahi: UnknownObject");
    }
    List<Object> arguments = call.arguments();
    switch (call.method()) {
      case "AddAddress" -> {
        refuseIfAsked();
        String name = (String) arguments.get(3);
        group.names.add(name);
        group.records.add(name + " " + arguments.get(4) + "%" + arguments.get(0));
      }
      case "AddService" -> {
        refuseIfAsked();
        String name = arguments.get(3) + "." + arguments.get(4);
        if (groups.values().stream().anyMatch(other -> other.names.contains(name))) {
          throw new RefusedException(
              "org.freedesktop.Avahi.CollisionError", "Local name collision");
        }
        group.names.add(name);
        group.records.add(service(name, arguments.get(6), arguments.get(7), arguments.get(8)));
      }
      case "UpdateServiceTxt" -> {
        String name = arguments.get(3) + "." + arguments.get(4);
        String old =
            group.records.stream().filter(r -> r.startsWith(name + " ")).findFirst().orElseThrow();
        group.records.remove(old);
        group.records.add(old.replaceFirst("\\[.*", "") + txt(arguments.get(6)));
        log.add("update " + name);
      }
      case "Commit" -> {
        assertThat(group.state).isZero();
        change(call.path(), 1);
        log.add("commit " + new TreeSet<>(group.names));
      }
      case "Free" -> {
        groups.remove(call.path());
        log.add("free " + new TreeSet<>(group.names));
      }
      default -> throw new AssertionError(call);
    }
    return List.of();
  }

  private void refuseIfAsked() throws RefusedException {
    if (!refusal.isEmpty()) {
      String error = refusal;
      refusal = "";
      throw new RefusedException(error, "Invalid something");
    }
  }

  private static String service(String name, Object host, Object port, Object txt) {
    return name + " " + host + ":" + port + " " + txt(txt);
  }

  private static String txt(Object pairs) {
    return ((List<?>) pairs)
        .stream()
            .map(
                pair -> {
                  StringBuilder text = new StringBuilder();
                  ((List<?>) pair).forEach(octet -> text.append((char) (byte) octet));
                  return text.toString();
                })
            .toList()
            .toString();
  }

  private void change(String path, int newState) {
    groups.get(path).state = newState;
    emit(path, "StateChanged", newState, "org.freedesktop.Avahi.Success");
  }

  private void emit(String path, String member, Object... arguments) {
    if (signals != null) {
      signals.accept(new Signal(path, member, List.of(arguments)));
    }
  }

  /** The probes of all committed groups end. */
  void settle() {
    for (Map.Entry<String, Group> each : List.copyOf(groups.entrySet())) {
      if (each.getValue().state == 1) {
        change(each.getKey(), collides(each.getValue()) ? 3 : 2);
      } else if (each.getValue().state == 2 && collides(each.getValue())) {
        change(each.getKey(), 3);
      }
    }
  }

  private boolean collides(Group group) {
    return group.names.stream().anyMatch(taken::contains);
  }

  /** Avahi ends. */
  void stop() {
    groups.clear();
    lastGroup = 0;
    owned = false;
    emit("/org/freedesktop/DBus", "NameOwnerChanged", "org.freedesktop.Avahi", ":1.7", "");
  }

  /** Avahi starts; it announces nothing before {@link #serverState} is 2. */
  void start() {
    owned = true;
    state = 1;
    emit("/org/freedesktop/DBus", "NameOwnerChanged", "org.freedesktop.Avahi", "", ":1.8");
  }

  void serverState(int newState) {
    if (owned && state != newState) {
      state = newState;
      emit("/", "StateChanged", newState, "");
    }
  }

  /** The end of the first connection is reported late. */
  void reportFormerEnd() {
    first.accept(new Signal("", Signal.LOST, List.of("EOFException")));
  }

  /** The bus ends the connection. */
  void cut() {
    emit("", Signal.LOST, "EOFException");
    groups.clear();
  }

  /** The records that are announced, sorted. */
  List<String> announced() {
    return records(2);
  }

  /** The records that are announced or probed, sorted. */
  List<String> known() {
    return Stream.concat(records(1).stream(), records(2).stream()).sorted().toList();
  }

  private List<String> records(int groupState) {
    return groups.values().stream()
        .filter(group -> group.state == groupState)
        .flatMap(group -> group.records.stream())
        .sorted()
        .toList();
  }

  int groups() {
    return groups.size();
  }
}
