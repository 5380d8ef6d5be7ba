/** Which backends there are on the class path, and which jars are broken. */
package dev.koi.core.discovery;
