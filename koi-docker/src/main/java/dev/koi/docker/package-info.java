/** Watches Docker. */
package dev.koi.docker;
