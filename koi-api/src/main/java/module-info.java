/**
 * What a backend author and an embedder of Koi compile against. Depends on nothing but java.base.
 */
module dev.koi.api {
  exports dev.koi;
  exports dev.koi.spi;
  exports dev.koi.spi.support;
}
