/**
 * Checks a backend against the rules of {@code docs/spec.md} that can be checked on a runtime in
 * use: nothing is started, stopped or changed. The conformance kit of koi-testkit checks the rest.
 */
package dev.koi.cli.verify;
