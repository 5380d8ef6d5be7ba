/**
 * Small operations that Koi's modules share: finding the nearest known word, masking secrets,
 * shortening texts, reading a file, naming published fields. Exported to Koi's own modules only.
 */
package dev.koi.text;
