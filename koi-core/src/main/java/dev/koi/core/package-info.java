/**
 * The embedder's door: {@link dev.koi.core.Koi} watches every runtime that a backend on the class
 * path can reach, and tells listeners what changed.
 *
 * <p>The packages below this one are its inner parts, and may change at any time; what their types
 * {@link dev.koi.core.Koi} returns or takes ({@code settings}, {@code status}) is public.
 */
package dev.koi.core;
