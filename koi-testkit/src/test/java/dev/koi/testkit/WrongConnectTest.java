package dev.koi.testkit;

import dev.koi.testkit.WrongBackends.Wrong;
import java.util.List;
import java.util.stream.Stream;

class WrongConnectTest extends WrongBackendsCheck {
  static Stream<Wrong> wrongBackends() {
    return Stream.of(WrongBackends.service(), WrongBackends.connect()).flatMap(List::stream);
  }
}
