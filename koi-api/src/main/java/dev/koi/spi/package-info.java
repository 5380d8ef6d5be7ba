/**
 * What a backend implements, so that Koi can watch one more kind of runtime.
 *
 * <p>To write one:
 *
 * <ol>
 *   <li>Implement {@link dev.koi.spi.RuntimeBackend}: a name, and {@code connect}, which talks to
 *       the runtime once and throws if it does not answer.
 *   <li>Implement {@link dev.koi.spi.RuntimeConnection}: list what runs now, and watch for changes.
 *   <li>In {@code watch}, return an {@link dev.koi.spi.InstanceWatch} that is already live. For
 *       anything the runtime reports, return {@code ChangeHint.instance(id)}; if unsure, {@code
 *       ChangeHint.everything()}. Koi asks what is true; a hint too many costs little.
 *   <li>Throw {@code IOException} when the runtime is lost, from {@code take} too. Do not retry, do
 *       not reconnect, start no thread you can do without: Koi does all of that.
 *   <li>Name the class in {@code META-INF/services/dev.koi.spi.RuntimeBackend}; put the jar on the
 *       class path.
 *   <li>Extend the conformance kit of koi-testkit, and run it. The rules, by number, are in {@code
 *       spec.md} beside the sources of this module.
 * </ol>
 */
package dev.koi.spi;
