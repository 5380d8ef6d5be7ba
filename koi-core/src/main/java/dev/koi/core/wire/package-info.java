/** Instances and events as JSON. The only package that writes it; needs Jackson's core. */
package dev.koi.core.wire;
