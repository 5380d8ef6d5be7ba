package org.example.consumer;

import com.google.inject.Guice;
import dev.koi.core.Koi;
import dev.koi.core.KoiModule;
import java.time.Duration;

/** Prints whether Koi, injected by the Guice on the class path, has found a runtime. */
public final class GuiceMain {

  private GuiceMain() {}

  /** Injects a Koi with the defaults. */
  public static void main(String[] args) throws InterruptedException {
    try (Koi koi = Guice.createInjector(new KoiModule()).getInstance(Koi.class)) {
      boolean found = koi.await(k -> !k.find("web").isEmpty(), Duration.ofSeconds(60));
      System.out.println(found ? "found web" : "nothing found: " + koi.status());
    }
  }
}
