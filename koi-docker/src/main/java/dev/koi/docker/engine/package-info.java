/**
 * Connections to an engine that speaks the Docker Engine API, Docker or another: found among the
 * places where one may be, read by {@code instances}, followed by {@code watch}.
 */
package dev.koi.docker.engine;
