package dev.koi.benchmark;

/** Does nothing: what a Java process costs by itself. */
public final class EmptyMain {

  private EmptyMain() {}

  /** Ends at once, or after the seconds that the first argument says. */
  public static void main(String[] args) throws InterruptedException {
    if (args.length > 0) {
      Thread.sleep(Long.parseLong(args[0]) * 1_000);
    }
  }
}
