/**
 * Internal: keeps each entry of the configuration connected, and turns its hints into answers for
 * the table.
 *
 * <p>A backend may hang or break. {@link dev.koi.core.supervise.BackendCalls} gives each call into
 * it one thread and one deadline; {@link dev.koi.core.supervise.BackendSupervisor} keeps the
 * deadlines.
 */
package dev.koi.core.supervise;
