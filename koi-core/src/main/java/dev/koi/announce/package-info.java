/**
 * Announces instances on the network: by multicast DNS, and in a hosts file for a DNS server.
 *
 * <p>A pure function computes the wanted announcements from the instances. An announcer converges
 * to them.
 */
package dev.koi.announce;
