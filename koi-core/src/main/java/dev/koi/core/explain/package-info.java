/** Explains what Koi reads from an instance, and why. */
package dev.koi.core.explain;
