/** Announces by the Avahi daemon of the host, over D-Bus. */
package dev.koi.announce.avahi;
