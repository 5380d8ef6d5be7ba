/**
 * The model: an {@link dev.koi.Instance} is a running container, a {@link dev.koi.RuntimeEvent} is
 * a change of one.
 *
 * <p>All types are immutable and thread-safe. No method accepts or returns {@code null} unless its
 * documentation says so.
 */
package dev.koi;
