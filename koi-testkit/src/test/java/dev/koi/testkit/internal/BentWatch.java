package dev.koi.testkit.internal;

import dev.koi.spi.ChangeHint;
import dev.koi.spi.InstanceWatch;
import dev.koi.testkit.internal.BentConnection.Bent;
import java.io.IOException;

/** A correct watch, of which a test bends some methods. */
class BentWatch implements InstanceWatch {

  final InstanceWatch straight;
  private Bent<InstanceWatch, ChangeHint> take = InstanceWatch::take;
  private Runnable close;

  BentWatch(InstanceWatch straight) {
    this.straight = straight;
    close = straight::close;
  }

  BentWatch take(Bent<InstanceWatch, ChangeHint> bent) {
    take = bent;
    return this;
  }

  BentWatch close(Runnable bent) {
    close = bent;
    return this;
  }

  @Override
  public ChangeHint take() throws IOException, InterruptedException {
    return take.of(straight);
  }

  @Override
  public void close() {
    close.run();
  }
}
