/** Why an instance is what Koi makes of it. */
package dev.koi.core.explain;
