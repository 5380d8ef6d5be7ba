package dev.koi.core.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.koi.Instance;
import dev.koi.InstanceState;
import dev.koi.RuntimeEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

/**
 * Random truths, asked about as a session asks: answers come late and overlap, hints are lost, and
 * listeners are as slow as they like. When the truth rests, everybody knows it, and nobody was told
 * anything wrong on the way.
 */
class ConvergencePropertyTest {

  @Property(tries = 200, seed = "1")
  void hintsAloneAreEnoughIfNoneIsLost(@ForAll @Size(max = 300) List<Integer> choices) {
    check(new World(0), choices);
  }

  @Property(tries = 200, seed = "2")
  void aListMakesUpForHintsThatAreLost(
      @ForAll @Size(max = 300) List<Integer> choices,
      @ForAll @DoubleRange(min = 0.1, max = 1) double loss) {
    check(new World(loss), choices);
  }

  private static void check(World world, List<Integer> choices) {
    try {
      choices.forEach(choice -> world.step(new Random(choice)));
      world.rest();
      for (Paced listener : world.listeners) {
        History history = listener.log.history();
        assertThat(history.againstTheGrammar()).isEmpty();
        assertThat(history.inventions(world.truths())).isEmpty();
        assertThat(history.differencesFrom(world.present())).isEmpty();
      }
    } finally {
      world.table.close(Duration.ofSeconds(5));
    }
  }

  /** A listener that waits for leave before each event. */
  private static final class Paced implements Consumer<RuntimeEvent> {
    final Grammar log = new Grammar();
    final Semaphore leave = new Semaphore(0);

    @Override
    public void accept(RuntimeEvent event) {
      leave.acquireUninterruptibly();
      log.accept(event);
    }
  }

  /** A question on its way; of one id, or of all. */
  private static final class Question {
    final String id; // empty for all
    final long began;
    final Set<String> overlapping = new HashSet<>(); // for all: ids asked for when it began
    Map<String, Instance> answer; // null until the runtime has read it

    Question(String id, long began) {
      this.id = id;
      this.began = began;
    }
  }

  /** What is true, what is asked, and what has come of it. */
  private static final class World {
    private static final String BACKEND = "b";
    private static final int IDS = 4;

    final InstanceTable table = new InstanceTable();
    final List<Paced> listeners = new ArrayList<>();
    private final double loss;
    private final Map<String, List<Optional<Instance>>> states = new LinkedHashMap<>();
    private final Set<String> dirty = new LinkedHashSet<>();
    private final List<Question> questions = new ArrayList<>();
    private long moment;
    private long lives;

    World(double loss) {
      this.loss = loss;
      for (int i = 0; i < IDS; i++) {
        states.put("id-" + i, new ArrayList<>(List.of(Optional.empty())));
      }
      join();
    }

    void step(Random random) {
      moment++;
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> change("id-" + random.nextInt(IDS), random);
        case 4, 5 -> askAboutADirtyOne();
        case 6 -> askAboutAll();
        case 7 -> read(random);
        case 8, 9 -> answer(random);
        case 10 -> pick(listeners, random).leave.release(random.nextInt(4));
        default -> join();
      }
    }

    private void change(String id, Random random) {
      List<Optional<Instance>> past = states.get(id);
      Optional<Instance> now = past.get(past.size() - 1);
      boolean begins = now.isEmpty() || random.nextInt(4) == 0;
      if (begins) {
        past.add(Optional.of(instance(id).startedAt(Instant.EPOCH.plusSeconds(++lives)).build()));
      } else if (random.nextBoolean()) {
        past.add(Optional.empty());
      } else {
        Instance.Builder other = instance(id).startedAt(now.get().startedAt().orElseThrow());
        past.add(Optional.of(other.image("image-" + moment).state(state(random)).build()));
      }
      if (random.nextDouble() >= loss) {
        dirty.add(id);
      }
    }

    private static InstanceState state(Random random) {
      return random.nextBoolean() ? InstanceState.RUNNING : InstanceState.PAUSED;
    }

    private static Instance.Builder instance(String id) {
      return Instance.builder(BACKEND, id, "name-" + id);
    }

    private void askAboutADirtyOne() {
      for (String id : dirty) {
        if (questions.stream().noneMatch(question -> question.id.equals(id))) {
          dirty.remove(id);
          questions.add(new Question(id, moment));
          return;
        }
      }
    }

    private void askAboutAll() {
      if (questions.stream().noneMatch(question -> question.id.isEmpty())) {
        Question all = new Question("", moment);
        questions.forEach(question -> all.overlapping.add(question.id));
        questions.add(all);
      }
    }

    private void read(Random random) {
      questions.stream()
          .filter(question -> question.answer == null)
          .skip(random.nextInt(3))
          .findFirst()
          .ifPresent(this::read);
    }

    private void read(Question question) {
      question.answer = new LinkedHashMap<>();
      present().forEach(instance -> question.answer.put(instance.id(), instance));
    }

    private void answer(Random random) {
      if (!questions.isEmpty()) {
        answer(pick(questions, random));
      }
    }

    private void answer(Question question) {
      if (question.answer == null) {
        read(question);
      }
      questions.remove(question);
      if (question.id.isEmpty()) {
        Set<String> asked = question.overlapping;
        questions.forEach(other -> asked.add(other.id));
        dirty.addAll(table.observeAll(BACKEND, question.answer.values(), asked, question.began));
        dirty.addAll(asked);
      } else {
        Optional<Instance> found = Optional.ofNullable(question.answer.get(question.id));
        table.observe(BACKEND, question.id, found, question.began);
      }
    }

    private void join() {
      Paced listener = new Paced();
      listeners.add(listener);
      table.subscribe(listener);
    }

    private static <T> T pick(List<T> list, Random random) {
      return list.get(random.nextInt(list.size()));
    }

    /** Nothing changes any more; what was asked is answered, the oldest question last. */
    void rest() {
      if (loss > 0) {
        moment++;
        while (questions.stream().anyMatch(question -> question.id.isEmpty())) {
          answer(questions.stream().filter(q -> q.id.isEmpty()).findFirst().orElseThrow());
        }
        askAboutAll();
      }
      while (!questions.isEmpty() || !dirty.isEmpty()) {
        moment++;
        askAboutADirtyOne();
        answer(questions.get(questions.size() - 1));
      }
      listeners.forEach(listener -> listener.leave.release(1_000_000));
      await()
          .until(
              () ->
                  table.listeners().stream()
                      .allMatch(status -> status.pending() == 0 && status.busy().isZero()));
    }

    Collection<Instance> present() {
      return states.values().stream()
          .map(past -> past.get(past.size() - 1))
          .flatMap(Optional::stream)
          .toList();
    }

    List<History.Truth> truths() {
      return states.entrySet().stream()
          .map(entry -> new History.Truth(BACKEND, entry.getKey(), entry.getValue()))
          .toList();
    }
  }
}
