/** Text on a terminal: escaped, coloured, in columns. Knows nothing of containers. */
package dev.koi.cli.terminal;
