/** How often the network is asked for something. */
package dev.koi.announce.pace;
