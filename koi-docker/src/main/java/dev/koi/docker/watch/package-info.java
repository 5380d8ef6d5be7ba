/** Follows an engine's events: streams, and their renewal. */
package dev.koi.docker.watch;
