/** Small classes that a backend may use for what every watch needs. None of them is required. */
package dev.koi.spi.support;
