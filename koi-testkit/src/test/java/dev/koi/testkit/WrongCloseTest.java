package dev.koi.testkit;

import dev.koi.testkit.WrongBackends.Wrong;
import java.util.List;
import java.util.stream.Stream;

class WrongCloseTest extends WrongBackendsCheck {
  static Stream<Wrong> wrongBackends() {
    return Stream.of(WrongBackends.close(), WrongBackends.threads()).flatMap(List::stream);
  }
}
