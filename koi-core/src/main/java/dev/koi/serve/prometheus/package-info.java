/** The answers for Prometheus: the addresses to scrape, and Koi's own meters. */
package dev.koi.serve.prometheus;
