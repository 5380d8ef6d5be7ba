package org.example.modular;

import dev.koi.Instance;
import dev.koi.core.Koi;
import java.time.Duration;

/** Prints the first instance that Koi finds, and the module that found it. */
public final class Main {

  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    try (Koi koi = Koi.start()) {
      koi.await(k -> !k.find("web").isEmpty(), Duration.ofSeconds(60));
      for (Instance instance : koi.find("web")) {
        System.out.println(instance.name() + " in " + Koi.class.getModule().getName());
      }
    }
  }
}
