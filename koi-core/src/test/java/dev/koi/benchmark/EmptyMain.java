package dev.koi.benchmark;

/** Does nothing: what a Java process costs by itself. */
public final class EmptyMain {

  private EmptyMain() {}

  /** Ends. */
  public static void main(String[] args) {}
}
