package dev.koi.testkit;

import dev.koi.testkit.WrongBackends.Wrong;
import java.util.List;
import java.util.stream.Stream;

class WrongLooksTest extends WrongBackendsCheck {
  static Stream<Wrong> wrongBackends() {
    return Stream.of(WrongBackends.list(), WrongBackends.find(), WrongBackends.data())
        .flatMap(List::stream);
  }
}
