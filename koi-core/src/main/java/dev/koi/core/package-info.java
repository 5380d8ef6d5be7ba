/**
 * API: {@link dev.koi.core.Koi} watches every runtime that a backend on the class path can reach,
 * and notifies listeners of changes.
 *
 * <p>API are this package and {@code status}. The module exports nothing else; the other packages
 * may change at any time.
 */
package dev.koi.core;
