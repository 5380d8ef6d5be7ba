/**
 * TLS for the backends whose runtimes keep certificates as files in PEM form. Exported to
 * koi-docker and koi-fleet only.
 */
package dev.koi.spi.tls;
