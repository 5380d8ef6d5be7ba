/**
 * Connections of backends to servers: sockets that end on interrupt, and TLS with certificates in
 * PEM files. Exported to koi-docker and koi-fleet only.
 */
package dev.koi.spi.net;
