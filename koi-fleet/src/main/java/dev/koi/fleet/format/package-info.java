/**
 * What a fleet's hosts write to etcd, and its readers read: keys and values. A host writes only
 * below its own two keys, so that a role can limit it to them.
 */
package dev.koi.fleet.format;
