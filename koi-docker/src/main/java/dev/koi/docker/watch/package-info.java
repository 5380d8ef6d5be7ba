/** Follows an engine's events: streams, their renewal, and the heartbeat that finds a dead one. */
package dev.koi.docker.watch;
