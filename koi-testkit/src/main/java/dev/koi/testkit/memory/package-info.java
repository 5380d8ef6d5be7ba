/**
 * A runtime that exists only in this process, for tests of what listens to Koi: a {@link
 * dev.koi.testkit.memory.InMemoryWorld world} that tests change, and the {@link
 * dev.koi.testkit.memory.InMemoryBackend smallest correct backend}, which watches it.
 */
package dev.koi.testkit.memory;
