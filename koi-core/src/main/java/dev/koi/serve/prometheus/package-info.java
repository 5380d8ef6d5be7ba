/** What Prometheus asks for: the addresses to scrape, and Koi's own meters. */
package dev.koi.serve.prometheus;
