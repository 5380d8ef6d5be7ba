/** The claims of the conformance kit, and how it calls, waits, counts and reports. */
package dev.koi.testkit.internal;
