/**
 * The {@link dev.koi.testkit.RuntimeBackendConformance conformance kit} for authors of backends.
 */
package dev.koi.testkit;
