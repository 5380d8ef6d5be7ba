/**
 * The backend of a fleet: many hosts publish what they run to one etcd cluster, and each reader
 * sees it as one runtime.
 */
package dev.koi.fleet;
