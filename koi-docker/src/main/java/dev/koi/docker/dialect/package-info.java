/** In what engines differ that speak the Docker Engine API. Docker's dialect is here. */
package dev.koi.docker.dialect;
