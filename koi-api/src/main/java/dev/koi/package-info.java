/**
 * The normalised picture: what an {@link dev.koi.Instance} is, and the {@link dev.koi.RuntimeEvent
 * events} that tell how the picture changes.
 *
 * <p>Everything here is an immutable value, safe to share between threads. No method takes or
 * returns {@code null} unless its documentation says so.
 */
package dev.koi;
