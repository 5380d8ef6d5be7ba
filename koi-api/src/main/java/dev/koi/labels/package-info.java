/**
 * The labels of other products: what Docker Compose, podman-compose, Quadlet, Traefik and
 * caddy-docker-proxy write about a container. These classes only extract facts; {@code LabelReader}
 * decides what Koi does with them. Not exported.
 */
package dev.koi.labels;
