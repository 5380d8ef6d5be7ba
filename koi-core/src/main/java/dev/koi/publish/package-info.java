/**
 * The publisher of {@code koi serve}: it writes what this host's Koi knows to the etcd of a fleet,
 * which the backend {@code fleet} of other hosts reads.
 */
package dev.koi.publish;
