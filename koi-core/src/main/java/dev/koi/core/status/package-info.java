/** What Koi tells about itself: plain values, each a moment's picture. */
package dev.koi.core.status;
