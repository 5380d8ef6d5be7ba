package dev.koi.benchmark;

import java.util.Collection;
import java.util.Locale;

/** The count, the median and the 99th percentile of measurements. */
record Distribution(int n, double median, double p99) {

  /** Takes at least one measurement. */
  static Distribution of(Collection<? extends Number> measurements) {
    double[] sorted = measurements.stream().mapToDouble(Number::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    return new Distribution(sorted.length, at(sorted, 0.50), at(sorted, 0.99));
  }

  /** A single measurement. */
  static Distribution of(double value) {
    return new Distribution(1, value, value);
  }

  private static double at(double[] sorted, double part) {
    return sorted[(int) Math.ceil(part * sorted.length) - 1];
  }

  String json() {
    return String.format(
        Locale.ROOT, "{\"n\": %d, \"median\": %.4f, \"p99\": %.4f}", n, median, p99);
  }
}
