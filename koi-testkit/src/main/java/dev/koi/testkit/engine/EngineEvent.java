package dev.koi.testkit.engine;

import java.util.Map;

/** One event as subscribers get it, with what filters look at; raw text has an empty type. */
record EngineEvent(
    String type,
    String action,
    String actorId,
    Map<String, String> attributes,
    long timeNano,
    String json) {

  static EngineEvent raw(String text, long timeNano) {
    return new EngineEvent("", "", "", Map.of(), timeNano, text);
  }
}
