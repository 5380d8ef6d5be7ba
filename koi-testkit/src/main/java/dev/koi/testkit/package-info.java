/**
 * What a backend's author tests with: the {@link dev.koi.testkit.RuntimeBackendConformance kit}
 * that checks a backend against the rules of {@code spec.md}, and a {@link
 * dev.koi.testkit.InMemoryBackend small correct backend} to copy from, which is also what an
 * embedder's tests watch.
 */
package dev.koi.testkit;
