/**
 * Reads an engine's containers and turns them into {@code Instance}s.
 *
 * <p>An engine's answers hold secrets: environments, command lines, mounts. They are not kept, and
 * never leave this package.
 */
package dev.koi.docker.instances;
