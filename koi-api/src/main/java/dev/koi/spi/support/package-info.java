/**
 * Classes that keep rules of {@code docs/spec.md} for a backend. None of them is required.
 *
 * <ul>
 *   <li>{@link dev.koi.spi.support.BasicConnection}: closing, a second watch, unchecked exceptions
 *   <li>{@link dev.koi.spi.support.HintQueue}: the hints of a runtime that sends events
 *   <li>{@link dev.koi.spi.support.PollingWatch}: a watch for a runtime that sends none
 * </ul>
 */
package dev.koi.spi.support;
