/**
 * Measures Koi against what the JDK alone can do, and prints a table: {@code .ci/benchmark}. No
 * test runs anything in here.
 *
 * <p>Koi and the floor are measured in turns, so that whatever else the machine does slows both.
 * Every process that watches an engine is a child of {@link dev.koi.benchmark.Benchmark}, which
 * plays the engine or commands a real one. Of Koi only {@code Koi.start()}, {@code subscribe} and
 * the command are used; environment variables carry the settings. So the same classes also measure
 * another build of Koi.
 */
package dev.koi.benchmark;
