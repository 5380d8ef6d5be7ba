/** Internal: the configuration as immutable values, and their loader. */
package dev.koi.core.settings;
