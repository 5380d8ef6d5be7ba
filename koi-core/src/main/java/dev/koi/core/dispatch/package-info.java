/**
 * Tells each listener what it does not know yet.
 *
 * <p>No queue: a {@link dev.koi.core.dispatch.Mailbox} holds the latest state per instance, and
 * what kind of event that is follows from what its listener was told last, at the moment of
 * delivery. So a slow listener hears less, and never wrong.
 */
package dev.koi.core.dispatch;
