/**
 * Checks the instances whose labels {@code koi.health.*} ask for it. The results decide about
 * announcements only; they are no part of an instance.
 */
package dev.koi.announce.health;
