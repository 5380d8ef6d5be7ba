/**
 * What the conformance kit and {@code koi backends --verify} share to check a backend against
 * {@code docs/spec.md}: the sentences of the rules, calls with a deadline, and a reader of hints.
 * Exported to them only.
 */
package dev.koi.spi.rules;
