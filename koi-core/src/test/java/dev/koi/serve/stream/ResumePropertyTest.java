package dev.koi.serve.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.RuntimeEvent;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random scenes: instances change, the server restarts, and clients of any speed, with and without
 * a filter, connect and are cut off in the middle of a frame. Whoever resumes with its last id ends
 * with the true picture, and was told nothing that was never true.
 */
class ResumePropertyTest {

  private static final String BACKEND = "b";

  @Property(tries = 1500, seed = "12", edgeCases = EdgeCasesMode.NONE)
  void whoResumesAfterAnyCutEndsWithTheTruePicture(@ForAll long seed) {
    Random random = new Random(seed);
    Scene scene = new Scene(random);
    int steps = random.nextInt(300);
    for (int i = 0; i < steps; i++) {
      scene.step(random);
    }
    scene.rest();
    scene.verify();
  }

  /** The facts in a frame that a scene can vary. */
  private static String facts(String image, InstanceState state, long life) {
    return image + " " + state.wireName() + " " + Instant.ofEpochSecond(life);
  }

  private static String facts(Instance instance) {
    long life = instance.startedAt().orElseThrow().getEpochSecond();
    return facts(instance.image().orElseThrow(), instance.state(), life);
  }

  /** What is true, the server, and its clients. */
  private static final class Scene {
    private final Map<String, Instance> present = new TreeMap<>();
    private final Map<String, List<String>> past = new HashMap<>(); // facts; empty: absent
    private final List<Client> clients = new ArrayList<>();
    private Journal journal;
    private boolean listed;
    private boolean down;
    private long starts;
    private long moment;

    Scene(Random random) {
      restart(random);
      for (boolean all : new boolean[] {true, true, false, false}) {
        clients.add(new Client(all));
      }
    }

    void step(Random random) {
      Client client = clients.get(random.nextInt(clients.size()));
      switch (random.nextInt(20)) {
        case 0, 1, 2 -> client.connect(this);
        case 3 -> client.cut();
        case 4, 5, 6, 7, 8 -> client.take(random);
        case 9, 10, 11, 12 -> client.receive(random.nextInt(400), this);
        case 13 -> outage();
        case 14 -> {
          if (random.nextInt(10) == 0) {
            restart(random);
          } else {
            list();
          }
        }
        default -> change("id-" + random.nextInt(4), random);
      }
    }

    private void restart(Random random) {
      clients.forEach(Client::cut);
      journal = new Journal(++starts * 1_000_000, 2 + random.nextInt(20), 100_000);
      listed = false;
      down = false;
      List<String> all = List.of(BACKEND);
      boolean up = random.nextBoolean(); // or its runtime is away, and may come
      journal.completeWith(up ? all : List.of(), up ? List.of() : all);
    }

    /** Until then, the journal does not know what is there, and is not notified of changes. */
    private void list() {
      if (!listed) {
        listed = true;
        present.values().forEach(i -> tell(new RuntimeEvent.Started(BACKEND, now(), 1, i)));
        tell(new RuntimeEvent.BackendSynced(BACKEND, now(), 1));
      }
    }

    private void outage() {
      if (!listed) {
        return;
      }
      down = !down;
      if (down) {
        tell(new RuntimeEvent.BackendDisconnected(BACKEND, now(), 1, "lost"));
      } else {
        tell(new RuntimeEvent.BackendReconnected(BACKEND, now(), 1));
        tell(new RuntimeEvent.BackendSynced(BACKEND, now(), 1));
      }
    }

    private void change(String id, Random random) {
      Instance was = present.get(id);
      moment++;
      if (was == null) {
        begin(instance(id, "image-" + moment, InstanceState.RUNNING, moment));
        return;
      }
      long life = was.startedAt().orElseThrow().getEpochSecond();
      String image = was.image().orElseThrow();
      switch (random.nextInt(5)) {
        case 0 -> end(was);
        case 1 -> {
          end(was);
          begin(instance(id, "image-" + moment, was.state(), moment));
        }
        case 2 -> update(was, instance(id, "image-" + moment, was.state(), life));
        default -> update(was, instance(id, image, other(was.state()), life)); // and perhaps back
      }
    }

    private static InstanceState other(InstanceState state) {
      return state == InstanceState.RUNNING ? InstanceState.PAUSED : InstanceState.RUNNING;
    }

    private static Instance instance(String id, String image, InstanceState state, long life) {
      return Instance.builder(BACKEND, id, id)
          .image(image)
          .state(state)
          .startedAt(Instant.ofEpochSecond(life))
          .discoveredAt(Instant.EPOCH)
          .build();
    }

    private void begin(Instance instance) {
      become(instance.id(), instance);
      tell(new RuntimeEvent.Started(BACKEND, now(), 1, instance));
    }

    private void update(Instance was, Instance instance) {
      become(was.id(), instance);
      List<String> changed = was.changedFields(instance);
      tell(new RuntimeEvent.Updated(BACKEND, now(), 1, was, instance, changed));
    }

    private void end(Instance was) {
      become(was.id(), null);
      tell(new RuntimeEvent.Stopped(BACKEND, now(), 1, was));
    }

    private void become(String id, Instance instance) {
      List<String> states = past.computeIfAbsent(id, any -> new ArrayList<>());
      if (instance == null) {
        present.remove(id);
        states.add("");
      } else {
        present.put(id, instance);
        states.add(facts(instance));
      }
    }

    private void tell(RuntimeEvent event) {
      if (listed) {
        journal.accept(event);
      }
    }

    private Instant now() {
      return Instant.ofEpochSecond(moment);
    }

    /** Nothing changes any more, and all clients connect and read everything. */
    void rest() {
      list();
      for (Client client : clients) {
        client.connect(this);
        while (!client.mailbox.isEmpty() || !client.wire.isEmpty()) {
          client.takeAll();
          client.receive(Integer.MAX_VALUE, this);
        }
      }
    }

    void verify() {
      for (Client client : clients) {
        Map<String, String> truth = new TreeMap<>();
        present.values().stream()
            .filter(client.filter)
            .forEach(instance -> truth.put(instance.id(), facts(instance)));
        assertThat(client.picture).isEqualTo(truth);
        assertThat(client.down).isEqualTo(down);
        assertThat(client.synced).isTrue();
      }
    }
  }

  /** A client as the documentation describes it, which checks what it is told. */
  private static final class Client {
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]*)\"");
    private static final Pattern FACTS =
        Pattern.compile(
            "\"image\":\"([^\"]*)\".*?\"state\":\"([^\"]*)\".*?\"started_at\":\"([^\"]*)\"");

    private final boolean all; // or only those that are running
    final Predicate<Instance> filter;
    final Map<String, String> picture = new TreeMap<>(); // facts by id
    private final Set<String> toldAgain = new HashSet<>();
    private final Map<String, Integer> before = new HashMap<>(); // the picture: the last state
    private final Map<String, Integer> reached = new HashMap<>(); // in the past of each id
    private final Reader reader = new Reader();
    private Mailbox mailbox; // null while it is not connected
    private final Wire wire = new Wire();
    private boolean whole = true; // no picture has begun that is not complete
    private boolean sweeps; // the list of the backend has begun and is not complete
    boolean synced; // in this connection
    boolean down;

    Client(boolean all) {
      this.all = all;
      this.filter = instance -> all || instance.state() == InstanceState.RUNNING;
    }

    void connect(Scene scene) {
      if (mailbox == null) {
        Journal.Opened opened = scene.journal.open(reader.lastId(), filter);
        if (!opened.resumed()) {
          before.clear();
          scene.past.forEach((id, states) -> before.put(id, states.size() - 1));
        }
        mailbox = opened.mailbox();
        wire.write(Frames.hello(2000, opened.resumed(), opened.instances(), List.of()));
      }
    }

    void cut() {
      mailbox = null; // the journal may notice later
      wire.clear();
      reader.disconnect();
      reached.clear();
      synced = false;
    }

    void take(Random random) {
      if (mailbox != null) {
        wire.write(mailbox.take(random.nextInt(1_000), random.nextInt(4) == 0));
      }
    }

    void takeAll() {
      wire.write(mailbox.take(Integer.MAX_VALUE, false));
    }

    void receive(int bytes, Scene scene) {
      byte[] received = wire.read(bytes);
      reader.read(received).forEach(frame -> handle(frame, scene));
    }

    private void handle(Reader.Frame frame, Scene scene) {
      switch (frame.event()) {
        case "hello" -> {
          boolean resumed = frame.data().contains("\"resumed\":true");
          assertThat(resumed && !whole).as("resumed in the middle of a picture").isFalse();
          if (!resumed) {
            whole = false;
            sweeps = true;
            toldAgain.clear();
            down = false;
          }
        }
        case "synced" -> {
          assertThat(synced).as("synced twice").isFalse();
          synced = true;
          whole = true;
          if (frame.data().equals("{\"unlisted\":[]}")) {
            sweep(scene);
          } else {
            assertThat(frame.data()).isEqualTo("{\"unlisted\":[\"" + BACKEND + "\"]}");
          }
        }
        case "disconnected" -> down = true;
        case "reconnected" -> down = false;
        case "connected" -> {
          down = false;
          sweep(scene);
        }
        case "started", "updated" -> {
          String id = find(ID, frame, 1);
          String facts =
              find(FACTS, frame, 1) + " " + find(FACTS, frame, 2) + " " + find(FACTS, frame, 3);
          boolean known = picture.containsKey(id);
          if (synced && !sweeps) {
            assertThat(known).as("%s", frame).isEqualTo(frame.event().equals("updated"));
            assertThat(picture.get(id)).as("%s", frame).isNotEqualTo(facts);
          }
          require(scene, id, facts, frame);
          picture.put(id, facts);
          toldAgain.add(id);
        }
        case "stopped" -> {
          String id = find(ID, frame, 1);
          if (synced && !sweeps) {
            assertThat(picture).as("%s", frame).containsKey(id);
          }
          picture.remove(id);
          toldAgain.remove(id);
        }
        default -> assertThat(frame.event()).isEqualTo("ping");
      }
    }

    private void sweep(Scene scene) {
      if (sweeps) {
        requireGone(scene);
        picture.keySet().retainAll(toldAgain);
        sweeps = false;
      }
    }

    /** The state was true once, and not before one that this connection has told. */
    private void require(Scene scene, String id, String facts, Reader.Frame frame) {
      List<String> states = scene.past.get(id);
      int from = reached.getOrDefault(id, 0);
      List<String> later = states.subList(from, states.size());
      assertThat(later).as("%s", frame).contains(facts);
      reached.put(id, from + later.indexOf(facts));
    }

    /** What a complete picture does not have was away at some time since this connection began. */
    private void requireGone(Scene scene) {
      Set<String> forgotten = new HashSet<>(picture.keySet());
      forgotten.removeAll(toldAgain);
      for (String id : forgotten) {
        List<String> states = scene.past.get(id);
        List<String> since = states.subList(before.getOrDefault(id, 0), states.size());
        assertThat(since).as("states of %s, which is forgotten", id).anyMatch(this::invisible);
      }
    }

    private boolean invisible(String facts) {
      return facts.isEmpty() || (facts.contains(" paused ") && !all);
    }

    private static String find(Pattern pattern, Reader.Frame frame, int group) {
      Matcher found = pattern.matcher(frame.data());
      assertThat(found.find()).as("%s", frame).isTrue();
      return found.group(group);
    }
  }

  /** The bytes that are on their way. */
  private static final class Wire {
    private byte[] bytes = {};

    boolean isEmpty() {
      return bytes.length == 0;
    }

    void clear() {
      bytes = new byte[0];
    }

    void write(byte[] more) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(bytes);
      all.writeBytes(more);
      bytes = all.toByteArray();
    }

    byte[] read(int most) {
      int count = Math.min(most, bytes.length);
      byte[] read = Arrays.copyOf(bytes, count);
      bytes = Arrays.copyOfRange(bytes, count, bytes.length);
      return read;
    }
  }
}
