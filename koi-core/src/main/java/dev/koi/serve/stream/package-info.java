/**
 * The event stream: each client gets the picture, and then every change of it, at its own speed;
 * after an interruption it continues where it was.
 */
package dev.koi.serve.stream;
