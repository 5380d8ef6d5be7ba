/** A streaming reader of JSON that keeps only the values its caller asks for. */
package dev.koi.docker.json;
