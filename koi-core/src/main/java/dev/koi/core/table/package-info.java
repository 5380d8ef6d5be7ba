/** What is known of all runtimes, with one writer. */
package dev.koi.core.table;
