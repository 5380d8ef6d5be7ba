/** API: the status of Koi, its backends and its listeners. Immutable values. */
package dev.koi.core.status;
