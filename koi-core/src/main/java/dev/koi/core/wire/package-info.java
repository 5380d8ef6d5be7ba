/** Writes the model as JSON. The only package of koi-core that does; requires jackson-core. */
package dev.koi.core.wire;
