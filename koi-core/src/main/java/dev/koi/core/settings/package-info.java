/** What the configuration says, read once into records. The only package that knows HOCON. */
package dev.koi.core.settings;
