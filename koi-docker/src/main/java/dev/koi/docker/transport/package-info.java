/** HTTP with one engine: which requests may be made, over which sockets, and how they end. */
package dev.koi.docker.transport;
