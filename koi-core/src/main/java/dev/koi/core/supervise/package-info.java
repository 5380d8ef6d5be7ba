/**
 * Keeps one connection per entry of the configuration, and turns its hints into observations.
 *
 * <p>Everything that may hang or break is a backend's; it is called through {@link
 * dev.koi.core.supervise.GuardedCalls}, on threads of the entry's own, with a deadline.
 */
package dev.koi.core.supervise;
