/**
 * Small operations on texts that Koi's modules share: finding the nearest known word, masking
 * secrets, shortening. Exported to koi-core and koi-docker only.
 */
package dev.koi.text;
