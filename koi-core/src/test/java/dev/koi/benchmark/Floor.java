package dev.koi.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The least work that gets Koi's answer out of an engine: the JDK alone, and no error handling. */
final class Floor implements Subject {
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");

  private final Path socket;
  private EngineClient events;
  private EngineClient inspections;
  private Thread reader;

  Floor(Path socket) {
    this.socket = socket;
  }

  /** Reads the event stream and inspects the container of each start and rename. */
  @Override
  public void attach(int containers, Sink sink) throws IOException, InterruptedException {
    events = new EngineClient(socket);
    inspections = new EngineClient(socket);
    EngineClient stream = events;
    EngineClient connection = inspections;
    stream.openEvents();
    reader =
        new Thread(
            () -> {
              try {
                while (true) {
                  deliver(stream.nextEvent(), connection, sink);
                }
              } catch (IOException e) {
                // detached
              }
            },
            "floor");
    reader.start();
    Thread.sleep(100); // Docker answers before it subscribes
  }

  private static void deliver(String event, EngineClient connection, Sink sink) throws IOException {
    String action = EngineClient.field(event, "Action");
    if (action.equals("start") || action.equals("rename")) {
      String id = EngineClient.field(event, "ID");
      String name = EngineClient.field(connection.get("/containers/" + id + "/json"), "Name");
      sink.deliver(action.equals("start") ? "started" : "updated", id, name.replace("/", ""));
    }
  }

  @Override
  public void detach() throws IOException, InterruptedException {
    events.close();
    inspections.close();
    reader.join();
  }

  /** Lists the running containers and inspects each, with that many threads; returns how many. */
  static int picture(Path socket, int threads)
      throws IOException, InterruptedException, ExecutionException {
    List<String> ids;
    try (EngineClient connection = new EngineClient(socket)) {
      ids = ids(connection.get("/containers/json"));
    }
    AtomicInteger next = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<Integer>> parts = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      parts.add(pool.submit(() -> inspect(socket, ids, next)));
    }
    pool.shutdown();
    int inspected = 0;
    for (Future<Integer> part : parts) {
      inspected += part.get();
    }
    return inspected;
  }

  /** Returns the ids in the answer to a list. */
  static List<String> ids(String list) {
    List<String> ids = new ArrayList<>();
    Matcher matcher = ID.matcher(list);
    while (matcher.find()) {
      ids.add(matcher.group(1));
    }
    return ids;
  }

  private static int inspect(Path socket, List<String> ids, AtomicInteger next) throws IOException {
    int inspected = 0;
    try (EngineClient connection = new EngineClient(socket)) {
      for (int i = next.getAndIncrement(); i < ids.size(); i = next.getAndIncrement()) {
        String body = connection.get("/containers/" + ids.get(i) + "/json");
        inspected += body.contains(ids.get(i)) ? 1 : 0;
      }
    }
    return inspected;
  }
}
