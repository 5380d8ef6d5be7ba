package dev.koi.benchmark;

/** A part of the benchmark. */
interface Section {

  /** Measures and adds figures; an event that Koi or the floor missed is an exception. */
  void run(Plan plan, Report report) throws Exception;
}
