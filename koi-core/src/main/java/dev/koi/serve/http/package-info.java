/** What all routes of the HTTP server share: paths, queries, answers, and the count of streams. */
package dev.koi.serve.http;
