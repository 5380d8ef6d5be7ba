package dev.koi.cli;

import dev.koi.spi.BackendConfig;
import dev.koi.spi.RuntimeBackend;
import dev.koi.spi.RuntimeConnection;

/** A backend that misuses the process; a test packs it into a jar. */
public final class ExitingBackend implements RuntimeBackend {

  /** Makes one. */
  public ExitingBackend() {}

  @Override
  public String name() {
    return "exiting";
  }

  @Override
  public RuntimeConnection connect(BackendConfig config) {
    System.out.println("noise");
    System.exit(0);
    throw new IllegalStateException("still here");
  }
}
