/** The HTTP server of {@code koi serve}: what it answers, and its limits. */
package dev.koi.serve;
