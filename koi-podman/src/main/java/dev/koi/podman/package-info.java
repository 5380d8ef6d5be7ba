/** Watches Podman. */
package dev.koi.podman;
