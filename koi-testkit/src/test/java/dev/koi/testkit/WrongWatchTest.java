package dev.koi.testkit;

import dev.koi.testkit.WrongBackends.Wrong;
import java.util.List;
import java.util.stream.Stream;

class WrongWatchTest extends WrongBackendsCheck {
  static Stream<Wrong> wrongBackends() {
    return Stream.of(WrongBackends.watch(), WrongBackends.loss()).flatMap(List::stream);
  }
}
