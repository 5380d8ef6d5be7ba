/**
 * Small operations on texts that Koi's modules share: finding the nearest known word, masking
 * secrets, shortening, reading a file. Exported to koi-core, koi-docker and koi-podman only.
 */
package dev.koi.text;
