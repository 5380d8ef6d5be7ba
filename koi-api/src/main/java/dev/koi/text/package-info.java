/**
 * Small operations on texts that koi-api and koi-core share: finding the nearest known word,
 * masking secrets, shortening. Exported to koi-core only.
 */
package dev.koi.text;
