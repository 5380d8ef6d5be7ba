/**
 * A client of etcd 3.4 and later, by its JSON gateway: reads at one revision, transactions, leases,
 * and watches from a revision.
 */
package dev.koi.fleet.etcd;
