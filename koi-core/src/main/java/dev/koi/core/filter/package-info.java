/** Chooses instances and their events, for the options of the command and the queries of HTTP. */
package dev.koi.core.filter;
