/**
 * The interfaces that a backend implements to add one more kind of runtime to Koi.
 *
 * <p>To write a backend:
 *
 * <ol>
 *   <li>Implement {@link dev.koi.spi.RuntimeBackend}: a name, and {@code connect}, which tries once
 *       and throws if the runtime does not answer.
 *   <li>Implement {@link dev.koi.spi.RuntimeConnection}: list the instances that run now, and watch
 *       for changes. {@link dev.koi.spi.support.BasicConnection} does what is the same for every
 *       runtime.
 *   <li>In {@code watch}, return an {@link dev.koi.spi.InstanceWatch} that is already live. For
 *       each event of the runtime, return {@code ChangeHint.instance(id)}; in doubt, {@code
 *       ChangeHint.everything()}. Koi asks for the present state; a superfluous hint costs little.
 *       {@link dev.koi.spi.support.HintQueue} and {@link dev.koi.spi.support.PollingWatch} help.
 *   <li>Throw {@code IOException} when the runtime is lost, from {@code take}, too. Do not retry
 *       and do not reconnect: Koi does.
 *   <li>Name the class in {@code META-INF/services/dev.koi.spi.RuntimeBackend}, and put the jar on
 *       the class path.
 *   <li>Extend the conformance kit of koi-testkit, and run it. It checks the rules of {@code
 *       docs/spec.md} in this module; the numbers in this documentation refer to them.
 * </ol>
 */
package dev.koi.spi;
