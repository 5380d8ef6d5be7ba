/** Announces in this process, on hosts without Avahi. */
package dev.koi.announce.jmdns;
