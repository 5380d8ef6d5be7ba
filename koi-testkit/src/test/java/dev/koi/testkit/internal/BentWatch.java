package dev.koi.testkit.internal;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import java.io.IOException;

/** A correct watch of which one method is to be overridden. */
class BentWatch implements InstanceWatch {

  final InstanceWatch straight;

  BentWatch(InstanceWatch straight) {
    this.straight = straight;
  }

  @Override
  public ChangeHint take() throws IOException, InterruptedException {
    return straight.take();
  }

  @Override
  public void close() {
    straight.close();
  }
}
