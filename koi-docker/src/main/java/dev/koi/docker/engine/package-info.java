/**
 * The Docker Engine API as Koi uses it, shared by Docker and Podman: five GET requests, each made
 * once and read leniently.
 *
 * <p>An engine's answers hold secrets: environments, command lines, mounts. They are turned into
 * {@code Instance}s here and never leave this package.
 */
package dev.koi.docker.engine;
