/**
 * Internal: the table of present instances, and the notification of listeners.
 *
 * <p>There is no queue of events. A mailbox holds the latest state of each instance; the kind of
 * event follows, at delivery, from the last state the listener was notified of. So a slow listener
 * gets fewer events, and never a wrong one.
 */
package dev.koi.core.dispatch;
