/**
 * Where an engine may be, before anybody asks it: addresses, the environment and files that name
 * them, and what TLS with them needs.
 */
package dev.koi.docker.endpoint;
