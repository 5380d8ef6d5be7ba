/** The {@code koi} command. */
package dev.koi.cli;
