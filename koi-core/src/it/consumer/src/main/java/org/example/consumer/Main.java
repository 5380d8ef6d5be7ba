package org.example.consumer;

import dev.koi.RuntimeEvent.BackendSynced;
import dev.koi.RuntimeEvent.InstanceEvent;
import dev.koi.core.Koi;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Prints what runs, until the picture of as many entries is complete as the argument says. */
public final class Main {

  private Main() {}

  /** Starts with the defaults. */
  public static void main(String[] args) throws InterruptedException {
    CountDownLatch complete = new CountDownLatch(Integer.parseInt(args[0]));
    try (Koi koi = Koi.start()) {
      koi.subscribe(
          event -> {
            if (event instanceof InstanceEvent change) {
              System.out.println(change.type() + " " + change.instance().name());
            } else if (event instanceof BackendSynced) {
              System.out.println(event.type() + " " + event.backend());
              complete.countDown();
            }
          });
      complete.await(60, TimeUnit.SECONDS);
      koi.status().problems().forEach(System.out::println);
    }
  }
}
